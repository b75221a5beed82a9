-- One event, with its table and what a message calls its record
CREATE OR REPLACE FUNCTION pg_temp.undo_event("schema" pg_catalog.text,
  "table" pg_catalog.text, key pg_catalog.jsonb, label pg_catalog.text,
  now_is pg_catalog.jsonb, shall_be pg_catalog.jsonb, sql pg_catalog.text)
RETURNS pg_temp.undo_event
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
SET quote_all_identifiers = off AS $undo$
DECLARE
  name text := format('%I.%I', "schema", "table");
BEGIN
  RETURN ROW(NULL::int8, false, "schema", "table", to_regclass(name)::oid,
    format('%s %s%s', name, coalesce(key::text, '(a row)'),
      ' (' || label || ')'), key, now_is, shall_be, sql);
END $undo$;

-- Undo one event, if nothing has to come before it. These have the session's
-- own settings, the application's search_path among them.
CREATE OR REPLACE FUNCTION pg_temp.undo_try(e pg_temp.undo_event,
  patient pg_catalog.bool) RETURNS pg_catalog.bool
LANGUAGE plpgsql AS $undo$
DECLARE
  l pg_catalog.record;
  n pg_catalog.int8 := 1;
BEGIN
  SELECT * INTO l FROM pg_temp.undo_look(e);
  IF l.waits THEN
    RETURN false;
  ELSIF l.checked AND patient AND l.statement IS NOT NULL THEN
    BEGIN
      EXECUTE l.statement USING l.part, l.at;
      GET DIAGNOSTICS n = ROW_COUNT;
    EXCEPTION WHEN foreign_key_violation THEN
      RETURN false;
    END;
  ELSIF l.statement IS NOT NULL THEN
    EXECUTE l.statement USING l.part, l.at;
    GET DIAGNOSTICS n = ROW_COUNT;
  END IF;
  PERFORM pg_temp.undo_confirm(e, n);
  PERFORM pg_temp.undo_release(e);
  RETURN true;
END $undo$;

-- key: the one that the record has now, null where its table has none. now_is:
-- null to insert; shall_be: null to delete. sql: the statement, or null.
CREATE OR REPLACE PROCEDURE pg_temp.undo("schema" pg_catalog.text,
  "table" pg_catalog.text, key pg_catalog.jsonb, label pg_catalog.text,
  now_is pg_catalog.jsonb, shall_be pg_catalog.jsonb,
  sql pg_catalog.text DEFAULT NULL)
LANGUAGE plpgsql AS $undo$
DECLARE
  e pg_temp.undo_event := pg_temp.undo_event("schema", "table", key, label,
    now_is, shall_be, sql);
BEGIN
  IF NOT pg_temp.undo_try(e, true) THEN
    PERFORM pg_temp.undo_wait(e);
    RETURN;
  END IF;
  LOOP
    SELECT * INTO e FROM pg_temp.undo_ready();
    EXIT WHEN NOT FOUND;
    PERFORM pg_temp.undo_try(e, true);
  END LOOP;
END $undo$;

-- What still waits, the oldest event first, for as long as that gets on; then
-- what does not go says why.
CREATE OR REPLACE PROCEDURE pg_temp.undo_finish(events pg_catalog.int8)
LANGUAGE plpgsql AS $undo$
DECLARE
  e pg_temp.undo_event;
  patient pg_catalog.bool := true;
  again pg_catalog.bool;
BEGIN
  LOOP
    again := false;
    FOR e IN SELECT w.* FROM pg_temp.undo_event w ORDER BY w.n DESC LOOP
      IF pg_temp.undo_try(e, patient) THEN
        again := true;
      END IF;
    END LOOP;
    EXIT WHEN NOT again AND NOT patient;
    patient := again;
  END LOOP;
  PERFORM pg_temp.undo_close(events);
END $undo$;

-- Lets COMMIT go on, if all was done
CREATE OR REPLACE FUNCTION pg_temp.undo_close(events pg_catalog.int8)
RETURNS pg_catalog.void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $undo$
BEGIN
  IF (SELECT count(*) FROM pg_temp.undo_state s WHERE s.what IS NULL) <> events
      OR EXISTS (SELECT FROM pg_temp.undo_event) THEN
    RAISE EXCEPTION 'not all events were undone' USING ERRCODE = 'UA003';
  END IF;
  INSERT INTO pg_temp.undo_state VALUES ('end');
END $undo$;

INSERT INTO pg_temp.undo_state VALUES ('begin');

-- Looks at what came of a statement and notes it for the end
CREATE OR REPLACE FUNCTION pg_temp.undo_confirm(e pg_temp.undo_event,
  rows pg_catalog.int8) RETURNS pg_catalog.void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan AS $undo$
#variable_conflict use_variable
DECLARE
  id_after jsonb;
  f record;
  was record;
  missed text;
BEGIN
  INSERT INTO pg_temp.undo_state VALUES (NULL);
  IF rows <> 1 THEN
    RAISE EXCEPTION '% was not undone: % rows were changed instead of one',
      e.name, rows USING ERRCODE = 'UA003', HINT = 'A trigger or rule of the '
      'table prevents it.';
  END IF;
  IF e.key IS NULL THEN
    id_after := coalesce(e.now_is, '{}') || e.shall_be;
  ELSE	-- it may change, too
    id_after := pg_temp.undo_key(e.key, e.shall_be);
  END IF;

  IF e.key IS NULL AND e.shall_be IS NULL THEN
    RETURN;
  ELSIF e.key IS NULL THEN
    SELECT * INTO f FROM pg_temp.undo_find(e.rel, NULL, id_after, '{}', 1);
    IF NOT FOUND THEN
      RAISE EXCEPTION '% was not left as it shall be', e.name
        USING ERRCODE = 'UA003', HINT = 'A trigger of the table sets columns '
        'itself. After SET session_replication_role = replica a superuser can '
        'undo this without the triggers of the application.';
    END IF;
    INSERT INTO pg_temp.undo_record VALUES (e.rel, false, id_after, e.name,
      id_after, '{}');
  ELSE
    SELECT r.shall, r.loose INTO was FROM pg_temp.undo_record r
      WHERE r.rel = e.rel AND r.id = e.key AND r.keyed;
    DELETE FROM pg_temp.undo_record r
      WHERE r.rel = e.rel AND r.id IN (e.key, id_after) AND r.keyed;
    INSERT INTO pg_temp.undo_record VALUES (e.rel, true, id_after, e.name,
      CASE WHEN e.shall_be IS NOT NULL THEN
        CASE WHEN e.now_is IS NULL THEN '{}' ELSE coalesce(was.shall, '{}') END
        || e.shall_be END, coalesce(was.loose, '{}'));
    IF e.shall_be IS NULL THEN
      RETURN;
    END IF;
    SELECT * INTO f FROM pg_temp.undo_find(e.rel,
      pg_temp.undo_condition(e.rel, id_after), e.shall_be,
      coalesce(was.loose, '{}'), 1);
    IF NOT FOUND THEN
      RAISE EXCEPTION '% was not left as it shall be: it is gone', e.name
        USING ERRCODE = 'UA003';
    ELSIF f.differs <> '{}' THEN
      UPDATE pg_temp.undo_record r SET loose = r.loose || f.differs
        WHERE r.rel = e.rel AND r.id = id_after AND r.keyed;
      RAISE WARNING '% was not restored in all: a trigger of the table sets %',
        e.name, array_to_string(f.differs, ', ') USING ERRCODE = 'UA004';
    END IF;
  END IF;

  IF e.now_is IS NULL THEN
    SELECT string_agg(a.attname::text, ', ' ORDER BY a.attnum) INTO missed
      FROM pg_attribute a WHERE a.attrelid = e.rel AND a.attnum > 0
        AND NOT a.attisdropped AND a.attgenerated = ''
        AND NOT e.shall_be ? a.attname::text;
    IF missed IS NOT NULL THEN
      RAISE WARNING '% was restored with defaults in columns that its event '
        'does not have: %', e.name, missed USING ERRCODE = 'UA004';
    END IF;
  END IF;
END $undo$;

-- At the end: whether all of it is as it shall be
CREATE OR REPLACE FUNCTION pg_temp.undo_check() RETURNS pg_catalog.trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan AS $undo$
#variable_conflict use_variable
DECLARE
  o record;
  f record;
  there bool;
  wrong text;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_temp.undo_state s WHERE s.what = 'end') THEN
    RAISE EXCEPTION 'not all events were undone' USING ERRCODE = 'UA003';
  ELSIF new.what = 'begin' THEN
    RETURN NULL;
  END IF;
  FOR o IN SELECT r.*, count(*) OVER (PARTITION BY r.rel, r.id, r.keyed) AS n
    FROM pg_temp.undo_record r
  LOOP
    wrong := NULL;
    IF o.keyed THEN
      SELECT * INTO f FROM pg_temp.undo_find(o.rel,
        pg_temp.undo_condition(o.rel, o.id), coalesce(o.shall, '{}'), o.loose,
        1);
      there := FOUND;
      IF there <> (o.shall IS NOT NULL) THEN
        wrong := CASE WHEN there THEN 'it is there' ELSE 'it is gone' END;
      ELSIF there THEN
        wrong := nullif(array_to_string(f.differs, ', '), '');
      END IF;
    ELSIF (SELECT count(*) FROM pg_temp.undo_find(o.rel, NULL, o.id, '{}', o.n)
        ) < o.n THEN
      wrong := 'it is gone or has changed';
    END IF;
    IF wrong IS NOT NULL THEN
      RAISE EXCEPTION '% was restored, and then changed again: %', o.name, wrong
        USING ERRCODE = 'UA002', HINT = 'A trigger did this while other '
        'records were restored. After SET session_replication_role = replica '
        'a superuser can run this without the triggers of the application.';
    END IF;
  END LOOP;
  RETURN NULL;
END $undo$;

CREATE CONSTRAINT TRIGGER undo_check AFTER INSERT ON pg_temp.undo_state
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.what IS NOT NULL)
  EXECUTE FUNCTION pg_temp.undo_check();

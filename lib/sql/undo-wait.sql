-- The key that a record has when it is as it shall be
CREATE OR REPLACE FUNCTION pg_temp.undo_key(key pg_catalog.jsonb,
  shall_be pg_catalog.jsonb) RETURNS pg_catalog.jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $undo$
BEGIN
  RETURN (SELECT jsonb_object_agg(k.name, coalesce(shall_be -> k.name, k.value))
    FROM jsonb_each(key) k(name, value));
END $undo$;

-- Put an event aside
CREATE OR REPLACE FUNCTION pg_temp.undo_wait(e pg_temp.undo_event)
RETURNS pg_catalog.void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $undo$
#variable_conflict use_variable
DECLARE
  turn int8;
BEGIN
  INSERT INTO pg_temp.undo_event AS w VALUES (DEFAULT, false, e."schema",
    e."table", e.rel, e.name, e.key, e.now_is, e.shall_be, e.sql)
    RETURNING w.n INTO turn;
  INSERT INTO pg_temp.undo_link
  SELECT DISTINCT turn, true, e.rel, coalesce(k.id, 'null')
  FROM (VALUES (e.key), (pg_temp.undo_key(e.key, e.shall_be))) k(id)
  UNION ALL
  SELECT turn, false, c.confrelid, p.id
  FROM pg_constraint c, LATERAL (
    SELECT jsonb_object_agg(b.attname, e.shall_be -> a.attname::text)
    FROM unnest(c.conkey, c.confkey) k(a, b)
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.a
      JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.b) p(id)
  WHERE c.contype = 'f' AND c.conrelid = e.rel;
END $undo$;

-- A record is as it shall be: what points to it, and what waits behind it, is
-- ready to be tried again.
CREATE OR REPLACE FUNCTION pg_temp.undo_release(e pg_temp.undo_event)
RETURNS pg_catalog.void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan AS $undo$
#variable_conflict use_variable
DECLARE
  id_after jsonb := pg_temp.undo_key(e.key, e.shall_be);
BEGIN
  DELETE FROM pg_temp.undo_event w WHERE w.n = e.n;
  DELETE FROM pg_temp.undo_link l WHERE l.n = e.n;
  IF NOT EXISTS (SELECT FROM pg_temp.undo_event) THEN
    RETURN;
  END IF;
  UPDATE pg_temp.undo_event w SET ready = true WHERE NOT w.ready AND w.n IN (
    SELECT l.n FROM pg_temp.undo_link l WHERE l.own AND l.rel = e.rel
      AND l.id IN (coalesce(e.key, 'null'), id_after)
    UNION ALL
    SELECT l.n FROM pg_temp.undo_link l WHERE NOT l.own AND l.rel = e.rel
      AND l.id IN (
        SELECT (SELECT jsonb_object_agg(a.attname, coalesce(
              e.shall_be -> a.attname::text, e.key -> a.attname::text))
            FROM pg_attribute a
            WHERE a.attrelid = e.rel AND a.attnum = ANY (c.confkey))
        FROM pg_constraint c WHERE c.contype = 'f' AND c.confrelid = e.rel));
END $undo$;

-- The one that is ready, of several the oldest event, as a cascade goes from
-- what is pointed to
CREATE OR REPLACE FUNCTION pg_temp.undo_ready()
RETURNS SETOF pg_temp.undo_event
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan AS $undo$
BEGIN
  RETURN QUERY UPDATE pg_temp.undo_event w SET ready = false
    WHERE w.n = (SELECT o.n FROM pg_temp.undo_event o WHERE o.ready
      ORDER BY o.n DESC LIMIT 1) RETURNING w.*;
END $undo$;

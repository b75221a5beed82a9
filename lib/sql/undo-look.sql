-- Looks whether the event can be undone now; raises if never. It waits if its
-- record waits already. checked: a foreign key may have to wait for its target.
CREATE OR REPLACE FUNCTION pg_temp.undo_look(e pg_temp.undo_event,
  OUT waits pg_catalog.bool, OUT checked pg_catalog.bool,
  OUT statement pg_catalog.text, OUT part pg_catalog.oid, OUT at pg_catalog.tid)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan AS $undo$
#variable_conflict use_variable
DECLARE
  s record;
  f record;
  known text[];
  before_us bool;
  n int8 := 0;
  drags text;
BEGIN
  SELECT * INTO s FROM pg_temp.undo_statement(e."schema", e."table", e.key,
    e.now_is, e.shall_be);
  IF s.problem IS NOT NULL THEN
    RAISE EXCEPTION '% cannot be undone: %', e.name, s.problem
      USING ERRCODE = 'UA003';
  END IF;
  statement := coalesce(e.sql, s.statement);
  waits := EXISTS (SELECT FROM pg_temp.undo_link l WHERE l.own
    AND l.rel = e.rel AND l.id = coalesce(e.key, 'null')
    AND (e.n IS NULL OR l.n < e.n));
  IF waits THEN
    RETURN;
  END IF;
  checked := EXISTS (
    SELECT FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid
      AND a.attnum = ANY (c.conkey)
    WHERE c.contype = 'f' AND c.conrelid = e.rel
      AND jsonb_typeof(e.shall_be -> a.attname::text) <> 'null');

  SELECT r.loose INTO known FROM pg_temp.undo_record r
    WHERE r.rel = e.rel AND r.id = e.key AND r.keyed LIMIT 1;
  before_us := NOT FOUND;
  known := coalesce(known, '{}');
  IF e.now_is IS NULL THEN
    IF e.key IS NOT NULL AND EXISTS (SELECT FROM pg_temp.undo_find(e.rel,
        s.condition, '{}', '{}', 1)) THEN
      RAISE EXCEPTION '% has changed since: it exists again', e.name
        USING ERRCODE = 'UA002';
    END IF;
    RETURN;
  END IF;

  FOR f IN SELECT * FROM pg_temp.undo_find(e.rel, CASE WHEN e.key IS NOT NULL
      THEN s.condition END, e.now_is, known, 2) LOOP
    n := n + 1;
    part := f.part;
    at := f.at;
    IF f.differs <> '{}' THEN
      -- the foreign key for which it waited may have restored it by itself
      IF e.n IS NOT NULL AND e.shall_be IS NOT NULL AND NOT EXISTS (
          SELECT FROM pg_temp.undo_find(e.rel, s.condition, e.shall_be,
            known, 1) o WHERE o.differs <> '{}') THEN
        statement := NULL;
        RETURN;
      END IF;
      RAISE EXCEPTION '% has changed since: %', e.name,
        array_to_string(f.differs, ', ')
        USING ERRCODE = 'UA002', HINT = CASE WHEN before_us
          THEN 'Nothing has been undone.'
          ELSE 'This script had restored it; a trigger changed it again while '
            'other records were restored. After SET session_replication_role '
            '= replica a superuser can run this without the triggers of the '
            'application.' END;
    END IF;
  END LOOP;
  IF n = 0 THEN
    RAISE EXCEPTION '% is gone%', e.name, CASE WHEN e.key IS NULL
      THEN ', or has changed since' ELSE '' END USING ERRCODE = 'UA002';
  ELSIF n > 1 AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = e.rel
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      AND a.attname::text NOT IN (
        SELECT l.name FROM pg_temp.undo_alike(e.rel, e.now_is, '{}') l)) THEN
    RAISE EXCEPTION '% cannot be undone: several rows of it look like the one '
      'that is meant', e.name USING ERRCODE = 'UA003';
  END IF;
  drags := pg_temp.undo_drags(e.rel, part, at, e.shall_be);
  IF drags IS NOT NULL THEN
    RAISE EXCEPTION '% is needed: rows of % point to it', e.name, drags
      USING ERRCODE = 'UA002',
      HINT = 'A foreign key would delete or change them along with it.';
  END IF;
  IF e.key IS NULL THEN
    DELETE FROM pg_temp.undo_record r WHERE r.ctid = (
      SELECT o.ctid FROM pg_temp.undo_record o WHERE o.rel = e.rel
        AND o.id = e.now_is AND o.id::text = e.now_is::text LIMIT 1);
  END IF;
END $undo$;

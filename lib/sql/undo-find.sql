-- A table as it is named after FROM, without its inheritance children
CREATE OR REPLACE FUNCTION pg_temp.undo_source(rel pg_catalog.oid)
RETURNS pg_catalog.text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $undo$
BEGIN
  RETURN (
    SELECT format('%s%I.%I', CASE c.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END,
      n.nspname, c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = rel);
END $undo$;

-- The condition that finds a record by its key
CREATE OR REPLACE FUNCTION pg_temp.undo_condition(rel pg_catalog.oid,
  key pg_catalog.jsonb) RETURNS pg_catalog.text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $undo$
BEGIN
  RETURN (
    SELECT s.condition
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
      pg_temp.undo_statement(n.nspname, c.relname, undo_condition.key, '{}',
        NULL) s
    WHERE c.oid = rel);
END $undo$;

-- Where a record is, locked, and in which columns it differs from these values.
-- Without a condition: the rows that do not differ, most of them.
CREATE OR REPLACE FUNCTION pg_temp.undo_find(rel pg_catalog.oid,
  condition pg_catalog.text, image pg_catalog.jsonb, loose pg_catalog._text,
  most pg_catalog.int8, OUT part pg_catalog.oid, OUT at pg_catalog.tid,
  OUT differs pg_catalog._text) RETURNS SETOF pg_catalog.record
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO' SET intervalstyle = 'postgres'
SET extra_float_digits = 1 SET bytea_output = 'hex' SET lc_monetary = 'C'
SET quote_all_identifiers = off SET array_nulls = on
SET standard_conforming_strings = on SET jit = off AS $undo$
DECLARE
  list text;
BEGIN
  IF condition IS NOT NULL THEN
    SELECT string_agg(format('CASE WHEN %s THEN NULL ELSE %L END', a.expr,
      a.name), ', ') INTO list FROM pg_temp.undo_alike(rel, image, loose) a;
    RETURN QUERY EXECUTE format('SELECT r.tableoid, r.ctid,
        array_remove(ARRAY[%s]::text[], NULL) FROM %s r WHERE %s FOR UPDATE',
      list, pg_temp.undo_source(rel), condition) USING image;
  ELSE
    SELECT concat_ws(' AND ', string_agg(a.hint, ' AND '),
        string_agg(a.expr, ' AND ')) INTO list
      FROM pg_temp.undo_alike(rel, image, loose) a;
    RETURN QUERY EXECUTE format('SELECT r.tableoid, r.ctid, ''{}''::text[]
        FROM %s r WHERE %s LIMIT %s FOR UPDATE', pg_temp.undo_source(rel),
      coalesce(nullif(list, ''), 'true'), most) USING image;
  END IF;
END $undo$;

-- A table whose rows a foreign key's action would change if a row went or, where
-- it shall be another one, its key; without triggers there is no action
CREATE OR REPLACE FUNCTION pg_temp.undo_drags(rel pg_catalog.oid,
  part pg_catalog.oid, at pg_catalog.tid, shall_be pg_catalog.jsonb)
  RETURNS pg_catalog.text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
SET quote_all_identifiers = off SET jit = off AS $undo$
DECLARE
  f record;
  drags bool;
BEGIN
  FOR f IN
    SELECT c.conrelid, (
        SELECT string_agg(format('f.%I OPERATOR(%I.%s) r.%I', a.attname,
          n.nspname, o.oprname, b.attname), ' AND ')
        FROM unnest(c.conkey, c.confkey, c.conpfeqop) k(a, b, op)
          JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.a
          JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.b
          JOIN pg_operator o ON o.oid = k.op
          JOIN pg_namespace n ON n.oid = o.oprnamespace) AS points
    FROM pg_constraint c
    WHERE c.contype = 'f' AND c.confrelid = rel AND c.conparentid = 0
      AND CASE WHEN shall_be IS NULL THEN c.confdeltype IN ('c', 'n', 'd')
        ELSE c.confupdtype IN ('n', 'd') AND EXISTS (
          SELECT FROM pg_attribute b WHERE b.attrelid = rel
            AND b.attnum = ANY (c.confkey) AND shall_be ? b.attname) END
      AND current_setting('session_replication_role') <> 'replica'
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %s r, %s f
        WHERE r.tableoid = $1 AND r.ctid = $2 AND %s
          AND NOT (f.tableoid = $1 AND f.ctid = $2))',
      pg_temp.undo_source(rel), pg_temp.undo_source(f.conrelid), f.points)
      INTO drags USING part, at;
    IF drags THEN
      RETURN f.conrelid::regclass;
    END IF;
  END LOOP;
  RETURN NULL;
END $undo$;

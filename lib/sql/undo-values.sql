-- Whether to_jsonb() may be asked: it would run anybody's cast to json, and is
-- to run only those of a superuser or of the trail's owner.
CREATE OR REPLACE FUNCTION pg_temp.undo_trusted(pg_catalog.oid)
RETURNS pg_catalog.bool
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $undo$
  WITH RECURSIVE made(oid) AS (
    SELECT $1 WHERE $1 >= 16384
    UNION
    SELECT x.oid FROM made m JOIN pg_type p ON p.oid = m.oid,
      LATERAL (SELECT p.typelem UNION ALL SELECT p.typbasetype
        UNION ALL SELECT a.atttypid FROM pg_attribute a
          WHERE a.attrelid = p.typrelid AND a.attnum > 0) x(oid)
    WHERE x.oid >= 16384)
  SELECT NOT EXISTS (
    SELECT FROM made m JOIN pg_type p ON p.oid = m.oid AND p.typtype <> 'c'
      JOIN pg_cast c ON c.castsource = m.oid
        AND c.casttarget = 'json'::regtype
      JOIN pg_proc f ON f.oid = c.castfunc
      JOIN pg_roles o ON o.oid = f.proowner
    WHERE NOT o.rolsuper AND NOT EXISTS (SELECT FROM pg_namespace n
      WHERE n.nspname = 'audit' AND n.nspowner = o.oid))
$undo$;

-- A value that jsonb cannot hold is its text, as in the trail.
CREATE OR REPLACE FUNCTION pg_temp.undo_jsonb(pg_catalog.anyelement)
RETURNS pg_catalog.jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $undo$
BEGIN
  RETURN to_jsonb($1);
EXCEPTION WHEN others THEN
  RETURN jsonb_build_object('json', format('%s', $1));
END $undo$;

-- The expression that makes of this one the value as the trail has it
CREATE OR REPLACE FUNCTION pg_temp.undo_value(typ pg_catalog.oid,
  expr pg_catalog.text) RETURNS pg_catalog.text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $undo$
DECLARE
  y pg_type;
  i text := format('i%s', length(expr));
  as_text text := format('CASE WHEN %s IS NOT NULL
    THEN to_jsonb(format(''%%s'', %1$s)) END', expr);
BEGIN
  IF typ < 16384 AND typ NOT IN ('json'::regtype, 'json[]'::regtype) THEN
    RETURN format('to_jsonb(%s)', expr);
  ELSIF pg_temp.undo_trusted(typ) THEN
    RETURN format('pg_temp.undo_jsonb(%s)', expr);
  END IF;
  SELECT * INTO y FROM pg_type WHERE oid = typ;
  IF y.typtype = 'd' THEN
    RETURN pg_temp.undo_value(y.typbasetype, expr);
  ELSIF y.typtype = 'c' THEN
    RETURN format('CASE WHEN %s IS DISTINCT FROM NULL
        THEN (SELECT to_jsonb(x.*) FROM (SELECT %s) x) END', expr, (
      SELECT string_agg(format('%s AS %I', pg_temp.undo_value(a.atttypid,
        format('(%s).%I', expr, a.attname)), a.attname), ', ' ORDER BY a.attnum)
      FROM pg_attribute a
      WHERE a.attrelid = y.typrelid AND a.attnum > 0 AND NOT a.attisdropped));
  ELSIF y.typelem = 0 OR y.typlen <> -1 THEN
    RETURN as_text;
  ELSIF (SELECT e.typtype FROM pg_type e WHERE e.oid = y.typelem)
      NOT IN ('c', 'd') THEN	-- its text, and so that of each item
    RETURN format('to_jsonb(format(CASE WHEN %s IS NOT NULL
      THEN ''%%s'' END, %1$s)::text[])', expr);
  END IF;
  RETURN format('CASE WHEN array_ndims(%1$s) > 1 THEN %2$s
    WHEN %1$s IS NOT NULL THEN (
      SELECT coalesce(jsonb_agg(%3$s ORDER BY %4$s), ''[]'')
      FROM generate_subscripts(%1$s, 1) %4$s) END', expr, as_text,
    pg_temp.undo_value(y.typelem, format('(%s)[%s]', expr, i)), i);
END $undo$;

-- The columns that can be compared with these values, each with the expression
-- that says whether it is alike: the row is r, the values are $1. What is
-- generated follows the others.
CREATE OR REPLACE FUNCTION pg_temp.undo_alike(rel pg_catalog.oid,
  image pg_catalog.jsonb, loose pg_catalog._text,
  OUT name pg_catalog.text, OUT expr pg_catalog.text, OUT hint pg_catalog.text)
RETURNS SETOF pg_catalog.record
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $undo$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH col AS (
    SELECT a.attname::text AS name, a.attnum, a.atttypid AS typ,
      format('(r.%I)', a.attname) AS v, image -> a.attname::text AS w,
      b.oid AS base
    FROM pg_attribute a
    CROSS JOIN LATERAL (
      WITH RECURSIVE b AS (
        SELECT p.* FROM pg_type p WHERE p.oid = a.atttypid
        UNION ALL
        SELECT p.* FROM b JOIN pg_type p ON p.oid = b.typbasetype)
      SELECT b.oid FROM b WHERE b.typtype <> 'd') b
    WHERE a.attrelid = rel AND a.attnum > 0 AND NOT a.attisdropped
      AND a.attgenerated = '' AND image ? a.attname::text
      AND a.attname::text <> ALL (loose)),
  made AS (
    SELECT c.*, CASE
      WHEN jsonb_typeof(c.w) = 'object' AND c.w ?& '{bytes,sha256}'
        AND c.base <> 'jsonb'::regtype
        AND (c.base = 'bytea'::regtype OR c.w ? 'truncated') THEN CASE
        WHEN jsonb_typeof(c.w -> 'sha256') = 'string' THEN format(
          'CASE WHEN %s IS NOT NULL THEN (SELECT jsonb_build_object(''bytes'',
            length(b), ''sha256'', encode(sha256(b), ''hex'')) || %L
            FROM (SELECT %s) x(b)) END', c.v,
          c.w - '{bytes,sha256}'::text[],
          CASE c.base WHEN 'bytea'::regtype THEN c.v
            ELSE format('convert_to(format(''%%s'', %s), ''UTF8'')', c.v) END)
        END
      ELSE pg_temp.undo_value(c.typ, c.v) END AS as_jsonb
    FROM col c)
  SELECT m.name,
    format('(%s) #>> ''{}'' IS NOT DISTINCT FROM ($1 ->> %L)', m.as_jsonb,
      m.name),
    CASE WHEN m.base IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype,
        'text'::regtype, 'varchar'::regtype, 'bool'::regtype, 'uuid'::regtype,
        'date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype) THEN
      CASE WHEN jsonb_typeof(m.w) = 'null' THEN format('%s IS NULL', m.v)
        WHEN jsonb_typeof(m.w) <> 'object' THEN
          format('%s = %L::%s', m.v, m.w #>> '{}', m.base::regtype) END END
  FROM made m WHERE m.as_jsonb IS NOT NULL ORDER BY m.attnum;
END $undo$;

-- What a script that undoes events brings along, all of it temporary. undo()
-- does one event: undo_expect() looks whether the record is still as the event
-- left it, and locks it; the statement is executed; undo_confirm() looks at
-- what came of it. The statement runs with the session's own settings, as the
-- application's triggers may depend on them; what is compared is compared as
-- the trail writes it. Names are qualified where the search_path is not ours.

-- The records that have been restored: what they shall be in the end, without
-- the columns that triggers of their tables set themselves (loose). A table
-- without a key has each of its rows here, its whole image being its id.
CREATE TEMP TABLE undo_record(rel pg_catalog.oid, keyed pg_catalog.bool,
  id pg_catalog.jsonb, name pg_catalog.text, shall pg_catalog.jsonb,
  loose pg_catalog._text) ON COMMIT DROP;
CREATE INDEX ON pg_temp.undo_record USING hash (id);

-- What waits for a record that a foreign key points to: a cascade deletes
-- first what is pointed to, so the newest event is not the first to be undone.
-- Its links say by which key it is known itself (own) and what it points to.
CREATE TEMP TABLE undo_waiting(n pg_catalog.int8 GENERATED ALWAYS AS IDENTITY,
  ready pg_catalog.bool, "schema" pg_catalog.text, "table" pg_catalog.text,
  key pg_catalog.jsonb, label pg_catalog.text, now_is pg_catalog.jsonb,
  shall_be pg_catalog.jsonb, sql pg_catalog.text) ON COMMIT DROP;
CREATE INDEX ON pg_temp.undo_waiting(n);
CREATE INDEX ON pg_temp.undo_waiting(n) WHERE ready;
CREATE TEMP TABLE undo_link(n pg_catalog.int8, own pg_catalog.bool,
  rel pg_catalog.oid, id pg_catalog.jsonb) ON COMMIT DROP;
CREATE INDEX ON pg_temp.undo_link USING hash (id);
CREATE INDEX ON pg_temp.undo_link(n);

-- A row when the script begins, one for each event undone, one at its end. Its
-- trigger stands in the way of COMMIT until then, whatever a client does when
-- a statement fails; and it looks at what triggers have made of the records.
CREATE TEMP TABLE undo_state(what pg_catalog.text) ON COMMIT DROP;

CREATE OR REPLACE FUNCTION pg_temp.undo_name("schema" pg_catalog.text,
  "table" pg_catalog.text, key pg_catalog.jsonb, label pg_catalog.text)
RETURNS pg_catalog.text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $undo$
BEGIN
  RETURN format('%I.%I %s%s', "schema", "table", coalesce(key::text, '(a row)'),
    ' (' || label || ')');
END $undo$;

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

-- A value as the trail has it. Only what the server's own types are made of,
-- and casts to json of a superuser or of the trail's owner, goes through
-- to_jsonb(): it would run anybody's.
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

CREATE OR REPLACE FUNCTION pg_temp.undo_jsonb(pg_catalog.anyelement)
RETURNS pg_catalog.jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $undo$
BEGIN
  RETURN to_jsonb($1);
EXCEPTION WHEN others THEN
  RETURN jsonb_build_object('json', format('%s', $1));
END $undo$;

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
      format('(r.%I)', a.attname) AS v, image -> a.attname::text AS w, b.oid AS base
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
    format('(%s) #>> ''{}'' IS NOT DISTINCT FROM ($1 ->> %L)', m.as_jsonb, m.name),
    CASE WHEN m.base IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype,
        'text'::regtype, 'varchar'::regtype, 'bool'::regtype, 'uuid'::regtype,
        'date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype) THEN
      CASE WHEN jsonb_typeof(m.w) = 'null' THEN format('%s IS NULL', m.v)
        WHEN jsonb_typeof(m.w) <> 'object' THEN
          format('%s = %L::%s', m.v, m.w #>> '{}', m.base::regtype) END END
  FROM made m WHERE m.as_jsonb IS NOT NULL ORDER BY m.attnum;
END $undo$;

-- Where a record is, locked, and in which columns it differs from these values.
-- Without a condition: the rows that do not differ, most of them.
CREATE OR REPLACE FUNCTION pg_temp.undo_find(rel pg_catalog.oid,
  condition pg_catalog.text, image pg_catalog.jsonb, loose pg_catalog._text,
  most pg_catalog.int8, OUT part pg_catalog.oid, OUT at pg_catalog.tid,
  OUT differs pg_catalog._text) RETURNS SETOF pg_catalog.record
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $undo$
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

-- A table whose rows a foreign key's action would change if a row went; without
-- triggers there is no action
CREATE OR REPLACE FUNCTION pg_temp.undo_drags(rel pg_catalog.oid,
  part pg_catalog.oid, at pg_catalog.tid) RETURNS pg_catalog.text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $undo$
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
      AND c.confdeltype IN ('c', 'n', 'd')
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

-- Looks whether the event can be undone now; raises if never. It waits if its
-- record waits already. checked: a foreign key may have to wait for its target.
CREATE OR REPLACE FUNCTION pg_temp.undo_expect("schema" pg_catalog.text,
  "table" pg_catalog.text, key pg_catalog.jsonb, label pg_catalog.text,
  now_is pg_catalog.jsonb, shall_be pg_catalog.jsonb, sql pg_catalog.text,
  turn pg_catalog.int8, OUT waits pg_catalog.bool, OUT checked pg_catalog.bool,
  OUT statement pg_catalog.text, OUT part pg_catalog.oid, OUT at pg_catalog.tid)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO' SET intervalstyle = 'postgres'
SET extra_float_digits = 1 SET bytea_output = 'hex' SET lc_monetary = 'C'
SET quote_all_identifiers = off SET array_nulls = on
SET standard_conforming_strings = on SET jit = off
SET plan_cache_mode = force_generic_plan AS $undo$
#variable_conflict use_variable
DECLARE
  relid oid := to_regclass(format('%I.%I', "schema", "table"));
  what text := pg_temp.undo_name("schema", "table", key, label);
  s record;
  f record;
  known text[];
  before_us bool;
  n int8;
BEGIN
  SELECT * INTO s FROM pg_temp.undo_statement("schema", "table", key, now_is,
    shall_be);
  IF s.problem IS NOT NULL THEN
    RAISE EXCEPTION '% cannot be undone: %', what, s.problem
      USING ERRCODE = 'UA003';
  END IF;
  statement := coalesce(sql, s.statement);
  waits := EXISTS (SELECT FROM pg_temp.undo_link l WHERE l.own
    AND l.rel = relid AND l.id = coalesce(key, 'null')
    AND (turn IS NULL OR l.n < turn));
  IF waits THEN
    RETURN;
  END IF;
  checked := EXISTS (
    SELECT FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid
      AND a.attnum = ANY (c.conkey)
    WHERE c.contype = 'f' AND c.conrelid = relid
      AND jsonb_typeof(shall_be -> a.attname::text) <> 'null');

  SELECT r.loose INTO known FROM pg_temp.undo_record r
    WHERE r.rel = relid AND r.id = key AND r.keyed LIMIT 1;
  before_us := NOT FOUND;
  known := coalesce(known, '{}');
  IF now_is IS NULL THEN
    IF key IS NOT NULL AND EXISTS (SELECT FROM pg_temp.undo_find(relid,
        s.condition, '{}', '{}', 1)) THEN
      RAISE EXCEPTION '% has changed since: it exists again', what
        USING ERRCODE = 'UA002';
    END IF;
    RETURN;
  END IF;

  n := 0;
  FOR f IN SELECT * FROM pg_temp.undo_find(relid, CASE WHEN key IS NOT NULL
      THEN s.condition END, now_is, known, 2) LOOP
    n := n + 1;
    part := f.part;
    at := f.at;
    IF f.differs <> '{}' THEN
      -- the foreign key for which it waited may have restored it by itself
      IF turn IS NOT NULL AND shall_be IS NOT NULL AND NOT EXISTS (
          SELECT FROM pg_temp.undo_find(relid, s.condition, shall_be, known, 1) o
          WHERE o.differs <> '{}') THEN
        statement := NULL;
        RETURN;
      END IF;
      RAISE EXCEPTION '% has changed since: %', what,
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
    RAISE EXCEPTION '% is gone%', what, CASE WHEN key IS NULL
      THEN ', or has changed since' ELSE '' END USING ERRCODE = 'UA002';
  ELSIF n > 1 AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = relid
      AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      AND a.attname::text NOT IN (
        SELECT l.name FROM pg_temp.undo_alike(relid, now_is, '{}') l)) THEN
    RAISE EXCEPTION '% cannot be undone: several rows of it look like the one '
      'that is meant', what USING ERRCODE = 'UA003';
  END IF;
  IF shall_be IS NULL AND pg_temp.undo_drags(relid, part, at) IS NOT NULL THEN
    RAISE EXCEPTION '% is needed: rows of % point to it', what,
      pg_temp.undo_drags(relid, part, at) USING ERRCODE = 'UA002',
      HINT = 'A foreign key would delete or change them along with it.';
  END IF;
  IF key IS NULL THEN
    DELETE FROM pg_temp.undo_record r WHERE r.ctid = (
      SELECT o.ctid FROM pg_temp.undo_record o WHERE o.rel = relid
        AND o.id = now_is AND o.id::text = now_is::text LIMIT 1);
  END IF;
END $undo$;

-- Looks at what came of a statement and notes it for the end
CREATE OR REPLACE FUNCTION pg_temp.undo_confirm("schema" pg_catalog.text,
  "table" pg_catalog.text, key pg_catalog.jsonb, label pg_catalog.text,
  now_is pg_catalog.jsonb, shall_be pg_catalog.jsonb, rows pg_catalog.int8)
RETURNS pg_catalog.void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO' SET intervalstyle = 'postgres'
SET extra_float_digits = 1 SET bytea_output = 'hex' SET lc_monetary = 'C'
SET quote_all_identifiers = off SET array_nulls = on
SET standard_conforming_strings = on SET jit = off
SET plan_cache_mode = force_generic_plan AS $undo$
#variable_conflict use_variable
DECLARE
  relid oid := to_regclass(format('%I.%I', "schema", "table"));
  what text := pg_temp.undo_name("schema", "table", key, label);
  id_after jsonb;
  f record;
  was record;
  missed text;
BEGIN
  INSERT INTO pg_temp.undo_state VALUES (NULL);
  IF rows <> 1 THEN
    RAISE EXCEPTION '% was not undone: % rows were changed instead of one',
      what, rows USING ERRCODE = 'UA003', HINT = 'A trigger or rule of the '
      'table prevents it.';
  END IF;
  IF key IS NULL THEN
    id_after := coalesce(now_is, '{}') || shall_be;
  ELSE	-- it may change, too
    id_after := pg_temp.undo_key(key, shall_be);
  END IF;

  IF key IS NULL AND shall_be IS NULL THEN
    RETURN;
  ELSIF key IS NULL THEN
    SELECT * INTO f FROM pg_temp.undo_find(relid, NULL, id_after, '{}', 1);
    IF NOT FOUND THEN
      RAISE EXCEPTION '% was not left as it shall be', what
        USING ERRCODE = 'UA003', HINT = 'A trigger of the table sets columns '
        'itself. After SET session_replication_role = replica a superuser can '
        'undo this without the triggers of the application.';
    END IF;
    INSERT INTO pg_temp.undo_record VALUES (relid, false, id_after, what, id_after, '{}');
  ELSE
    SELECT r.shall, r.loose INTO was FROM pg_temp.undo_record r
      WHERE r.rel = relid AND r.id = key AND r.keyed;
    DELETE FROM pg_temp.undo_record r
      WHERE r.rel = relid AND r.id IN (key, id_after) AND r.keyed;
    INSERT INTO pg_temp.undo_record VALUES (relid, true, id_after, what,
      CASE WHEN shall_be IS NOT NULL THEN
        CASE WHEN now_is IS NULL THEN '{}' ELSE coalesce(was.shall, '{}') END
        || shall_be END, coalesce(was.loose, '{}'));
    IF shall_be IS NULL THEN
      RETURN;
    END IF;
    SELECT * INTO f FROM pg_temp.undo_find(relid,
      pg_temp.undo_condition(relid, id_after), shall_be,
      coalesce(was.loose, '{}'), 1);
    IF NOT FOUND THEN
      RAISE EXCEPTION '% was not left as it shall be: it is gone', what
        USING ERRCODE = 'UA003';
    ELSIF f.differs <> '{}' THEN
      UPDATE pg_temp.undo_record r SET loose = r.loose || f.differs
        WHERE r.rel = relid AND r.id = id_after AND r.keyed;
      RAISE WARNING '% was not restored in all: a trigger of the table sets %',
        what, array_to_string(f.differs, ', ') USING ERRCODE = 'UA004';
    END IF;
  END IF;

  IF now_is IS NULL THEN
    SELECT string_agg(a.attname::text, ', ' ORDER BY a.attnum) INTO missed
      FROM pg_attribute a WHERE a.attrelid = relid AND a.attnum > 0
        AND NOT a.attisdropped AND a.attgenerated = ''
        AND NOT shall_be ? a.attname::text;
    IF missed IS NOT NULL THEN
      RAISE WARNING '% was restored with defaults in columns that its event '
        'does not have: %', what, missed USING ERRCODE = 'UA004';
    END IF;
  END IF;
END $undo$;

-- At the end: whether all of it is as it shall be
CREATE OR REPLACE FUNCTION pg_temp.undo_check() RETURNS pg_catalog.trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO' SET intervalstyle = 'postgres'
SET extra_float_digits = 1 SET bytea_output = 'hex' SET lc_monetary = 'C'
SET quote_all_identifiers = off SET array_nulls = on
SET standard_conforming_strings = on SET jit = off
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
        pg_temp.undo_condition(o.rel, o.id), coalesce(o.shall, '{}'), o.loose, 1);
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
        'records were restored. After SET session_replication_role '
        '= replica a superuser can run this without the triggers of the application.';
    END IF;
  END LOOP;
  RETURN NULL;
END $undo$;

CREATE CONSTRAINT TRIGGER undo_check AFTER INSERT ON pg_temp.undo_state
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (new.what IS NOT NULL)
  EXECUTE FUNCTION pg_temp.undo_check();

-- The key that a record has when it is as it shall be
CREATE OR REPLACE FUNCTION pg_temp.undo_key(key pg_catalog.jsonb,
  shall_be pg_catalog.jsonb) RETURNS pg_catalog.jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $undo$
BEGIN
  RETURN (SELECT jsonb_object_agg(k.name, coalesce(shall_be -> k.name, k.value))
    FROM jsonb_each(key) k(name, value));
END $undo$;

CREATE OR REPLACE FUNCTION pg_temp.undo_wait("schema" pg_catalog.text,
  "table" pg_catalog.text, key pg_catalog.jsonb, label pg_catalog.text,
  now_is pg_catalog.jsonb, shall_be pg_catalog.jsonb, sql pg_catalog.text)
RETURNS pg_catalog.void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $undo$
#variable_conflict use_variable
DECLARE
  relid oid := to_regclass(format('%I.%I', "schema", "table"));
  turn int8;
BEGIN
  INSERT INTO pg_temp.undo_waiting AS w VALUES (DEFAULT, false, "schema",
    "table", key, label, now_is, shall_be, sql) RETURNING w.n INTO turn;
  INSERT INTO pg_temp.undo_link
  SELECT DISTINCT turn, true, relid, coalesce(k.id, 'null')
  FROM (VALUES (key), (pg_temp.undo_key(key, shall_be))) k(id)
  UNION ALL
  SELECT turn, false, c.confrelid, p.id
  FROM pg_constraint c, LATERAL (
    SELECT jsonb_object_agg(b.attname, shall_be -> a.attname::text)
    FROM unnest(c.conkey, c.confkey) k(a, b)
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.a
      JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.b) p(id)
  WHERE c.contype = 'f' AND c.conrelid = relid;
END $undo$;

-- A record is as it shall be: what points to it, and what waits behind it, is
-- ready to be tried again.
CREATE OR REPLACE FUNCTION pg_temp.undo_release("schema" pg_catalog.text,
  "table" pg_catalog.text, key pg_catalog.jsonb, shall_be pg_catalog.jsonb,
  turn pg_catalog.int8) RETURNS pg_catalog.void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan AS $undo$
#variable_conflict use_variable
DECLARE
  relid oid := to_regclass(format('%I.%I', "schema", "table"));
  id_after jsonb := pg_temp.undo_key(key, shall_be);
BEGIN
  DELETE FROM pg_temp.undo_waiting w WHERE w.n = turn;
  DELETE FROM pg_temp.undo_link l WHERE l.n = turn;
  IF NOT EXISTS (SELECT FROM pg_temp.undo_waiting) THEN
    RETURN;
  END IF;
  UPDATE pg_temp.undo_waiting w SET ready = true WHERE NOT w.ready AND w.n IN (
    SELECT l.n FROM pg_temp.undo_link l WHERE l.own AND l.rel = relid
      AND l.id IN (coalesce(key, 'null'), id_after)
    UNION ALL
    SELECT l.n FROM pg_temp.undo_link l WHERE NOT l.own AND l.rel = relid
      AND l.id IN (
        SELECT (SELECT jsonb_object_agg(a.attname, coalesce(
              shall_be -> a.attname::text, key -> a.attname::text))
            FROM pg_attribute a
            WHERE a.attrelid = relid AND a.attnum = ANY (c.confkey))
        FROM pg_constraint c WHERE c.contype = 'f' AND c.confrelid = relid));
END $undo$;

-- Those that wait, the oldest event first, as a cascade goes from what is
-- pointed to; or one that is ready
CREATE OR REPLACE FUNCTION pg_temp.undo_all() RETURNS SETOF pg_temp.undo_waiting
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $undo$
BEGIN
  RETURN QUERY SELECT w.* FROM pg_temp.undo_waiting w ORDER BY w.n DESC;
END $undo$;

CREATE OR REPLACE FUNCTION pg_temp.undo_ready()
RETURNS SETOF pg_temp.undo_waiting
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan AS $undo$
BEGIN
  RETURN QUERY UPDATE pg_temp.undo_waiting w SET ready = false
    WHERE w.n = (SELECT o.n FROM pg_temp.undo_waiting o WHERE o.ready
      ORDER BY o.n DESC LIMIT 1) RETURNING w.*;
END $undo$;

-- Undo one event, if nothing has to come before it. These have the session's
-- own settings, the application's search_path among them.
CREATE OR REPLACE FUNCTION pg_temp.undo_try("schema" pg_catalog.text,
  "table" pg_catalog.text, key pg_catalog.jsonb, label pg_catalog.text,
  now_is pg_catalog.jsonb, shall_be pg_catalog.jsonb, sql pg_catalog.text,
  turn pg_catalog.int8, patient pg_catalog.bool) RETURNS pg_catalog.bool
LANGUAGE plpgsql AS $undo$
DECLARE
  e pg_catalog.record;
  n pg_catalog.int8;
BEGIN
  SELECT * INTO e FROM pg_temp.undo_expect("schema", "table", key, label,
    now_is, shall_be, sql, turn);
  IF e.waits THEN
    RETURN false;
  ELSIF e.statement IS NULL THEN
    n := 1;
  ELSIF e.checked THEN
    BEGIN
      EXECUTE e.statement USING e.part, e.at;
      GET DIAGNOSTICS n = ROW_COUNT;
    EXCEPTION WHEN foreign_key_violation THEN
      IF patient THEN
        RETURN false;
      END IF;
      RAISE;
    END;
  ELSE
    EXECUTE e.statement USING e.part, e.at;
    GET DIAGNOSTICS n = ROW_COUNT;
  END IF;
  PERFORM pg_temp.undo_confirm("schema", "table", key, label, now_is, shall_be,
    n);
  RETURN true;
END $undo$;

-- key: the one that the record has now, null where its table has none. now_is:
-- null to insert; shall_be: null to delete. sql: the statement, null to make it.
CREATE OR REPLACE PROCEDURE pg_temp.undo("schema" pg_catalog.text,
  "table" pg_catalog.text, key pg_catalog.jsonb, label pg_catalog.text,
  now_is pg_catalog.jsonb, shall_be pg_catalog.jsonb,
  sql pg_catalog.text DEFAULT NULL)
LANGUAGE plpgsql AS $undo$
DECLARE
  w pg_catalog.record;
BEGIN
  IF NOT pg_temp.undo_try("schema", "table", key, label, now_is, shall_be, sql,
      NULL, true) THEN
    PERFORM pg_temp.undo_wait("schema", "table", key, label, now_is, shall_be,
      sql);
    RETURN;
  END IF;
  PERFORM pg_temp.undo_release("schema", "table", key, shall_be, NULL);
  LOOP
    SELECT * INTO w FROM pg_temp.undo_ready();
    EXIT WHEN NOT FOUND;
    IF pg_temp.undo_try(w."schema", w."table", w.key, w.label, w.now_is,
        w.shall_be, w.sql, w.n, true) THEN
      PERFORM pg_temp.undo_release(w."schema", w."table", w.key, w.shall_be,
        w.n);
    END IF;
  END LOOP;
END $undo$;

CREATE OR REPLACE PROCEDURE pg_temp.undo_finish(events pg_catalog.int8)
LANGUAGE plpgsql AS $undo$
DECLARE
  w pg_catalog.record;
  again pg_catalog.bool;
BEGIN
  LOOP
    again := false;
    FOR w IN SELECT * FROM pg_temp.undo_all() LOOP
      IF pg_temp.undo_try(w."schema", w."table", w.key, w.label, w.now_is,
          w.shall_be, w.sql, w.n, true) THEN
        PERFORM pg_temp.undo_release(w."schema", w."table", w.key, w.shall_be,
          w.n);
        again := true;
      END IF;
    END LOOP;
    EXIT WHEN NOT again;
  END LOOP;
  -- says what it waits for
  FOR w IN SELECT * FROM pg_temp.undo_all() LOOP
    PERFORM pg_temp.undo_try(w."schema", w."table", w.key, w.label, w.now_is,
      w.shall_be, w.sql, w.n, false);
  END LOOP;
  PERFORM pg_temp.undo_close(events);
END $undo$;

CREATE OR REPLACE FUNCTION pg_temp.undo_close(events pg_catalog.int8)
RETURNS pg_catalog.void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $undo$
BEGIN
  IF (SELECT count(*) FROM pg_temp.undo_state s WHERE s.what IS NULL) <> events
      OR EXISTS (SELECT FROM pg_temp.undo_waiting) THEN
    RAISE EXCEPTION 'not all events were undone' USING ERRCODE = 'UA003';
  END IF;
  INSERT INTO pg_temp.undo_state VALUES ('end');
END $undo$;

INSERT INTO pg_temp.undo_state VALUES ('begin');

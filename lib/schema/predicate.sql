-- predicate: reads what --when says.

-- Refuses what of a predicate is not built in by its words alone, before the server reads it. For in reading it makes
-- values of quoted constants, and so runs the checks of domains inside a composite type; with our rights. So a name
-- with a dot has to be in pg_catalog; one without is found there, or is a type among the temporary ones.
create function audit.check_words(expr text) returns void language plpgsql stable
 set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare t text; word text; behind text[] := '{"","",""}'; glued text := ''; bad text;
begin
  -- spaces, comments, strings, quoted names, names, numbers; the rest one by one
  for t in select m[1] from regexp_matches(expr, $re$([ \t\n\r\f\v]+|--[^\n\r]*|'(?:[^']|'')*'|"(?:[^"]|"")+"|(?:[A-Za-z_]|[^\u0001-\u007f])(?:[A-Za-z0-9_$]|[^\u0001-\u007f])*|[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?|.)$re$, 'g') m loop
    word := case when t ~ '^(?:[A-Za-z_]|[^\u0001-\u007f])' then lower(t)
      when t ~ '^".' then replace(substr(t, 2, length(t) - 2), '""', '"') end;
    bad := case
      when t = ';' then 'a semicolon may stand in quotes only'
      when t in ('''', '"') then 'a quote has no end'
      when t = '$' or glued = '/' and t = '*' then format('%s%s is not for a predicate', glued, t)
      when t ~ '^[''"]' and glued = 'u&' or t ~ '^''.*\\' and glued = 'e' then 'a string with escapes is not for a predicate'
      when t = '.' and (behind[1] <> 'pg_catalog' or behind[2] = '.') then format('what is in %s is not built in', behind[1])
      when octet_length(word) > 63 then format('too long for a name: %s', word)
      when exists (select from pg_type y where y.typnamespace = pg_my_temp_schema() and lower(y.typname) = lower(word))
        then format('%s is a temporary type, and not built in', word) end;
    if bad is not null then
      raise exception '%', bad using errcode = 'syntax_error';
    end if;
    -- what the next one may stand directly behind
    glued := case when t = '&' and glued = 'u' then 'u&' when t = '/' or lower(t) in ('u', 'e') then lower(t) else '' end;
    continue when t ~ '^([ \t\n\r\f\v]|--)';
    behind := array[coalesce(word, t)] || behind[1:2];
  end loop;
end $$;

-- The predicate as the server writes it out again, and the columns that it names. The server itself insists on one
-- boolean expression that is immutable and has no subquery: it has to do for an index of a table like this one, but
-- of built-in types. That nothing in it is of somebody's making is seen before anything of it runs.
create function audit.read_when(t oid, expr text, out "when" text, out columns text[]) language plpgsql
 set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set quote_all_identifiers = off
 set transform_null_equals = off as $$
declare foreigner text; b audit.rule_table;
begin
  perform audit.check_words(expr);
  execute format('create table audit.row_like (%s)', (select string_agg(format('%I %s', attname, audit.plain_type(atttypid)), ', ' order by attnum)
    from pg_attribute where attrelid = t and attnum > 0 and not attisdropped));
  execute format(E'create view audit.row_asked as select (%s\n) as answer from audit.row_like', expr);
  select pg_describe_object(d.refclassid, d.refobjid, 0) into foreigner from pg_depend d join pg_rewrite w on w.oid = d.objid
    where d.classid = 'pg_rewrite'::regclass and w.ev_class = 'audit.row_asked'::regclass and d.refobjid >= 16384
      and d.refobjid not in ('audit.row_asked'::regclass, 'audit.row_like'::regclass) limit 1;
  if foreigner is not null then
    raise exception '% is not built in', foreigner using errcode = 'invalid_object_definition';
  end if;
  execute format(E'create index row_when on audit.row_like ((1)) where (%s\n)', expr);
  select pg_get_expr(i.indpred, i.indrelid), coalesce(array_agg(distinct a.attname::text) filter (where a.attname is not null), '{}')
    into "when", columns
    from pg_index i left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = i.indexrelid
      and d.refclassid = 'pg_class'::regclass and d.refobjid = i.indrelid and d.refobjsubid > 0
    left join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
    where i.indexrelid = 'audit.row_when'::regclass group by 1;
  drop view audit.row_asked;
  drop table audit.row_like;
  -- so will the triggers ask; that a value makes it fail is another matter
  b."when" := "when"; b.when_columns := columns; b.attnums := '{}';
  begin
    execute audit.predicate(b, t) using '{}'::jsonb;
  exception when data_exception then null;
  end;
exception when syntax_error_or_access_rule_violation or feature_not_supported or data_exception then
  raise exception 'when: %', sqlerrm using errcode = sqlstate;
end $$;

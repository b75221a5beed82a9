-- Tables that the role of pgaudit may not SELECT as the rules with read say, so
-- that reads do not come into the log; and those that it may though none says so.
with due as materialized (
  select * from audit.reads_due()),
granted as materialized (
  select g.now_relid as relid, g.now_num as num, g.role
  from audit.read_granted g),
s as (
  select x.*, c.relowner from audit.read_steps(null) x
  join pg_class c on c.oid = x.relid where x.ours),
own as (
  -- nobody else has a use for it
  select g.oid, g.rolname::text as role from pg_roles g
  where g.oid = audit.group_of('read'))
select 'read_grant', audit.table_name(x.relid), (
    select string_agg(distinct n, ',' order by n)
    from due d, unnest(string_to_array(d.rules, ',')) n
    where d.relid = x.relid),
  format('%I may %sSELECT this table%s', x.role,
    case when x.giving then 'not ' end, concat((
        select ' (' || string_agg(quote_ident(a.attname), ', '
          order by a.attnum) || ')'
        from pg_attribute a
        where a.attrelid = x.relid and a.attnum = any(x.nums)
          and 0 <> all(x.nums)),
      case when not x.giving then ', and no rule has it so' end)),
  case when pg_has_role(x.relowner, 'usage') and not x.foreign
    then 'audit-rule apply --missing'
    else audit.read_statement(x.giving, x.role, x.relid, x.nums) end
from (
  select s.giving, s.role, s.relid, s.nums, s.relowner, false as foreign from s
  union all
  select false, own.role, c.oid, h.nums, c.relowner, true
  from own
  join pg_class c on c.relkind in ('r', 'p', 'v', 'm', 'f')
    and c.oid in (
      select d.objid from pg_shdepend d
      where d.refclassid = 'pg_authid'::regclass and d.refobjid = own.oid
        and d.classid = 'pg_class'::regclass
        and d.dbid = (
          select b.oid from pg_database b where b.datname = current_database()))
  cross join lateral (
    select array(
      select n from unnest(audit.held_reads(own.oid, c.oid)) n
      where not exists (
          select from granted g
          where (g.relid, g.num, g.role) = (c.oid, n, own.role))
        and not exists (
          select from due d where d.relid = c.oid
            and d.num in (0, n)))) h(nums)
  where h.nums <> '{}') x
order by 2, 4

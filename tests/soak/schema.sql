-- schema: the tables that the soak's writers write. All tell PostgreSQL's log
-- their whole rows, for the witness.
create table stock(id int primary key, n int);
create table move(id uuid primary key default gen_random_uuid(),
  stock int references stock on delete cascade, n int);
create table log(line text, n int);
create table thing(id int primary key, n int);
create table toggled(id int primary key, n int);
create table sale(id int, area text, amount numeric) partition by list (area);
create table sale_n partition of sale for values in ('n');
create table sale_s partition of sale for values in ('s');
alter table stock replica identity full;
alter table move replica identity full;
alter table log replica identity full;
alter table thing replica identity full;
alter table sale_n replica identity full;
alter table sale_s replica identity full;

-- Writes into table thing, whatever it and its columns are called now. What is
-- renamed at this moment is left alone; what our triggers complain of is not.
create function put_thing(k int, x int) returns void language plpgsql as $$
declare t regclass; c text[]; types text[];
begin
  t := coalesce(to_regclass('s.thing'), to_regclass('s.thing_too'));
  select array_agg(quote_ident(attname) order by attnum),
    array_agg(format_type(atttypid, null) order by attnum) into c, types
    from pg_attribute where attrelid = t and attnum > 0 and not attisdropped;
  if x % 7 = 0 then
    execute format('delete from %s where %s = $1', t, c[1]) using k;
  else
    execute format('insert into %s(%s, %s) values ($1, $2)
      on conflict (%2$s) do update set %3$s = excluded.%3$s', t, c[1], c[2])
      using k, x;
  end if;
  if cardinality(c) > 2 then
    execute format('update %s set %s = $2::text::%s, %s = $2 where %s = $1',
      t, c[3], types[3], c[2], c[1]) using k, x + 1;
  end if;
exception when undefined_table or undefined_column then
  if sqlerrm like '%audit%' then raise; end if;
end $$;

-- Writes into a partition that may be gone.
create function put_sale(k int, x int) returns void language plpgsql as $$
declare areas text[] := array['n', 's', 'e', 'w', 'x'];
begin
  insert into s.sale values (k, areas[1 + x % 5], x * 1.10);
  update s.sale set area = areas[1 + x % 2], amount = amount + 0.00
    where id = k and x % 3 = 0;
  delete from s.sale where id = k and x % 4 = 0;
exception when check_violation then null;
end $$;

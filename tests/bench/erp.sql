-- erp: three equal tables of an ERP, 14 columns and about 250 bytes a row.
create table unaudited(
  id           int primary key,
  name         text not null,
  reference    varchar(20) not null,
  partner_id   int not null,
  warehouse_id int,
  state        text not null,
  quantity     int not null,
  amount       numeric(12,2) not null,
  discount     numeric(12,2),
  active       bool not null,
  ordered      timestamptz not null,
  changed      timestamptz not null,
  due          date,
  note         text);
create table audited(like unaudited including all);
create table logged(like unaudited including all);

-- The rows with n ids from first on.
create function item(first int, n int) returns setof unaudited
 language sql stable as $$
  select i, 'Customer ' || i || ' & Sons Ltd', ('SO-2026-' || i)::varchar(20),
    i % 1000, i % 7, 'confirmed', i % 50, (i % 100000 * 1.25)::numeric(12,2),
    (i % 30)::numeric(12,2), true, now() - interval '3 days', now(),
    date '2026-01-01' + i % 300,
    'Deliver to the back door before ten, ring twice; the invoice goes to the'
    ' head office, as it did with order ' || i
  from generate_series(first, first + n - 1) i $$;

insert into unaudited select * from item(1, 20000);
insert into audited select * from item(1, 20000);
insert into logged select * from item(1, 20000);

-- Room for the next version in each page, as tables have that are in use, and no
-- page that is all visible: else the first slice of each table is a slower one.
update unaudited set quantity = quantity where id % 4 = 0;
update audited set quantity = quantity where id % 4 = 0;
update logged set quantity = quantity where id % 4 = 0;

-- level 5: also who did it
create extension table_log;
select table_log_init(5, 'public', 'logged', 'public', 'logged_log');

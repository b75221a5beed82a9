\set k random(1, 50)
\set n random(1, 1000)
\set end random(1, 100)
begin;
set local audit.actor = 'writer :writer';
update stock set n = n + :n where id = :k;
insert into move(stock, n) values (:k, :n), (:k, -:n);
savepoint a;
delete from move where stock = :k and n < :n;
insert into log select 'x', i from generate_series(1, :n % 5) i;
\if :end % 3 = 0
rollback to a;
\endif
select put_thing(:k, :n);
select put_sale(:k, :n);
update toggled set n = n + 1 where id = 1 and :n % 5 = 0;
\if :end > 97
delete from stock where id = :k;
insert into stock values (:k, 0);
\endif
\if :end <= 20
rollback;
\elif :end <= 30
prepare transaction 'w:writer';
commit prepared 'w:writer';
\elif :end <= 35
prepare transaction 'w:writer';
rollback prepared 'w:writer';
\else
commit;
\endif

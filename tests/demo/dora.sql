-- Dora works in a session: the application says its token, once a transaction,
-- and so who acts is no word of its own.

\set token `cat $tmp/token`
begin;
select audit.use_session(:'token') \g /dev/null
set local audit.reason = 'asked for by mail';
update res_partner set terms = terms || '{"days": 60}'
where name = 'Lumen Verlag';
commit;

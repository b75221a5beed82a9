-- A day of Bob, who manages. He works on what Alice left.

begin;
set local audit.actor = 'bob';
set local audit.reason = 'bank guarantee of 3 November';
update res_partner
set credit_limit = 7500, terms = terms || '{"days": 45}'
where name = 'Lumen Verlag';
commit;

-- From prospect to customer: the link's key itself changes.
begin;
set local audit.actor = 'bob';
update res_partner_category pc
set category_id = (select id from res_category where name = 'Customer')
from res_partner p, res_category c
where p.id = pc.partner_id and c.id = pc.category_id
and p.name in ('Lumen Verlag', 'Deco Addict') and c.name = 'Prospect';
commit;

begin;
set local audit.actor = 'bob';
set local audit.reason = 'customer insolvent';
update sale_order set state = 'cancelled', note = 'see letter of 12 November'
where number = 'SO002';
savepoint before_delete;
delete from sale_order where number = 'SO002';
rollback to before_delete;	-- the books want it kept
update res_partner set active = false, credit_limit = 0
where name = 'Gemini Furniture';
commit;

begin;
set local audit.actor = 'bob';
set local audit.reason = 'contract ended';
delete from attachment where name = 'contract.pdf';
commit;

begin;
set local audit.actor = 'bob';
set local audit.reason = 'left the company';
update res_user set active = false, password = '!' where login = 'carol';
commit;

-- A nightly job that does not say who it is: nobody is guessed.
update product set stock = stock - 8 where code = 'CHAIR';

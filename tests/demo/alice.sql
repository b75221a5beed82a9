-- A day of Alice, who sells. The application says who works, and why, once a
-- transaction: two lines, gone with the COMMIT.

begin;
set local audit.actor = 'alice';
set local audit.reason = 'met at the book fair';
insert into res_partner (name, email, phone, city, country, credit_limit,
	terms, salesman_id)
values ('Lumen Verlag', 'kontakt@lumen.example', '+43 1 5551', 'Wien', 'AT',
	1500, '{"days": 30}', 1)
returning id as lumen \gset
insert into res_partner_category
select :lumen, id from res_category where name = 'Prospect';
insert into attachment (partner_id, name, mimetype, content)
values (:lumen, 'card.png', 'image/png', '\x89504e470d0a1a0a0000000d49484452');
commit;

-- One order, three lines; the ERP's own trigger keeps the total.
begin;
set local audit.actor = 'alice';
insert into sale_order (number, partner_id, salesman_id)
values ('SO003', :lumen, 1)
returning id as so3 \gset
insert into sale_line (order_id, line, product_id, quantity, unit_price,
	discount)
select :so3, row_number() over (order by p.id), p.id, v.quantity, p.price,
	v.discount
from (values ('CHAIR', 6, 5.0), ('LAMP', 6, 0), ('SHELF', 2, 0))
	as v (code, quantity, discount)
join product p using (code);
commit;

begin;
set local audit.actor = 'alice';
set local audit.reason = 'customer called: eight chairs, no shelves';
update sale_line set quantity = 8 where order_id = :so3 and line = 1;
delete from sale_line where order_id = :so3 and line = 3;
update sale_order set state = 'confirmed' where id = :so3;
commit;

begin;
set local audit.actor = 'alice';
set local audit.reason = 'typo';
update res_partner set phone = '+43 1 5515', vat = 'ATU12345675'
where id = :lumen;
commit;

-- She saves a form in which nothing was changed: that is no event.
begin;
set local audit.actor = 'alice';
update res_partner set city = city, phone = phone where id = :lumen;
commit;

-- She forgets a WHERE, sees it and rolls back: that never happened.
begin;
set local audit.actor = 'alice';
update product set price = 3.95;
rollback;

-- The duplicate goes; its category goes with it by the foreign key.
begin;
set local audit.actor = 'alice';
set local audit.reason = 'duplicate of Gemini Furniture';
delete from res_partner where name = 'Gemini Furnitur';
commit;

-- A new price list: load, apply, empty the staging table.
begin;
set local audit.actor = 'alice';
set local audit.reason = 'price list of spring';
copy price_import from stdin;
CHAIR	134.90
LAMP	37.10
SHELF	89.00
\.
update product p set price = i.price::numeric
from price_import i where i.code = p.code;
truncate price_import;
commit;

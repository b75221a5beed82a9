-- The demo's application: a small ERP that knows nothing of auditing.
-- Its own checks, cascades and triggers are there because real ones have them.

create domain email as text check (value ~ '^[^@[:space:]]+@[^@[:space:]]+$');
create type order_state as enum ('draft', 'confirmed', 'shipped', 'cancelled');

create table res_user (
	id       int generated always as identity primary key,
	login    text not null unique,
	name     text not null,
	password text not null,
	active   bool not null default true
);
comment on column res_user.password is 'a salted hash, never the password';

create table res_category (
	id        int generated always as identity primary key,
	name      text not null unique,
	parent_id int references res_category on delete set null
);

create table res_partner (
	id           int generated always as identity primary key,
	name         text not null check (name <> ''),
	email        email,
	phone        text,
	city         text,
	country      char(2) not null default 'DE',
	vat          text unique,
	credit_limit numeric(12,2) not null default 0 check (credit_limit >= 0),
	terms        jsonb not null default '{}',
	salesman_id  int references res_user,
	active       bool not null default true,
	created_at   timestamptz not null default now()
);
comment on column res_partner.credit_limit is
	'in EUR; orders beyond it wait for the manager';
comment on column res_partner.terms is 'how and when the partner pays';

create table res_partner_category (
	partner_id  int not null references res_partner on delete cascade,
	category_id int not null references res_category,
	primary key (partner_id, category_id)
);

create table product (
	id     int generated always as identity primary key,
	code   text not null unique,
	name   text not null,
	price  numeric(12,2) not null check (price > 0),
	stock  int not null default 0 check (stock >= 0),
	colors text[] not null default '{}'
);

create table sale_order (
	id          int generated always as identity primary key,
	number      text not null unique,
	partner_id  int not null references res_partner,
	salesman_id int not null references res_user,
	state       order_state not null default 'draft',
	ordered_on  date not null default current_date,
	total       numeric(14,2) not null default 0,
	note        text
);
comment on column sale_order.total is 'kept by sale_line_total()';

create table sale_line (
	order_id   int not null references sale_order on delete cascade,
	line       int not null,
	product_id int not null references product,
	quantity   numeric(10,3) not null check (quantity > 0),
	unit_price numeric(12,2) not null,
	discount   numeric(4,1) not null default 0
		check (discount between 0 and 100),
	amount     numeric(14,2) generated always as
		(round(quantity * unit_price * (100 - discount) / 100, 2)) stored,
	primary key (order_id, line)
);
comment on column sale_line.discount is 'in percent';

create table attachment (
	id         int generated always as identity primary key,
	partner_id int references res_partner on delete cascade,
	order_id   int references sale_order on delete cascade,
	name       text not null,
	mimetype   text not null,
	content    bytea not null,
	check (num_nonnulls(partner_id, order_id) = 1)
);

-- Where price lists land before they are looked at. No key, on purpose.
create table price_import (code text, price text);

create function sale_line_total() returns trigger language plpgsql as $$
begin
	update sale_order o
	set total = (select coalesce(sum(l.amount), 0)
		from sale_line l where l.order_id = o.id)
	where o.id = coalesce(new.order_id, old.order_id);
	return null;
end $$;

create trigger sale_line_total after insert or update or delete
	on sale_line for each row execute function sale_line_total();

insert into res_user (login, name, password) values
	('alice', 'Alice Lindgren', '$2b$12$kJ1u0N3q'),
	('bob', 'Bob Okafor', '$2b$12$w81XzP0e'),
	('carol', 'Carol Weiss', '$2b$12$Zr5tQm7y');

insert into res_category (name) values
	('Customer'), ('Prospect'), ('Supplier'), ('VIP');

insert into res_partner (name, email, phone, city, vat, credit_limit,
	terms, salesman_id)
values
	('Azure Interiors', 'office@azure.example', '+49 30 1234', 'Berlin',
	 'DE811569869', 5000, '{"days": 30}', 1),
	('Deco Addict', 'hello@deco.example', '+49 40 777', 'Hamburg',
	 'DE813189177', 800, '{"days": 14, "cash discount": 2.0}', 1),
	('Gemini Furniture', 'info@gemini.example', null, 'Jena',
	 null, 12000.50, '{"days": 60}', 2),
	('Gemini Furnitur', null, null, 'Jena', null, 0, '{}', 1);

insert into res_partner_category values (1, 1), (1, 4), (2, 2), (3, 1), (4, 2);

insert into product (code, name, price, stock, colors) values
	('CHAIR', 'Office chair', 129.90, 40, '{black,grey}'),
	('DESK', 'Desk 160x80', 349.00, 12, '{oak,white}'),
	('LAMP', 'Desk lamp', 39.50, 150, '{}'),
	('SHELF', 'Bookshelf', 89.00, 25, '{oak}');

insert into sale_order (number, partner_id, salesman_id, state) values
	('SO001', 1, 1, 'confirmed'), ('SO002', 3, 2, 'confirmed');

insert into sale_line (order_id, line, product_id, quantity, unit_price)
values (1, 1, 1, 4, 129.90), (1, 2, 2, 2, 349.00), (2, 1, 4, 10, 89.00);

insert into attachment (partner_id, name, mimetype, content) values
	(2, 'contract.pdf', 'application/pdf',
	 convert_to('%PDF-1.7 ' || repeat('contract ', 500), 'UTF8'));

-- roles: who may do what with the trail, kind by kind; see audit-rule grant.

create table audit.grantee(
  role    text not null,	-- its name: an oid means nothing in another cluster
  kind    text not null check (kind in ('app', 'reader', 'auditor', 'operator', 'ingester', 'sealer', 'purger', 'admin')),
  "group" text,	-- the group role that it is a member of; null: it has the privileges itself
  tables  int[],	-- a reader: only the events of these identities
  primary key (role, kind));
comment on table audit.grantee is 'the roles that audit-rule grant gave something';

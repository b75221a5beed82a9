-- seal: what audit-seal wrote; see audit-seal(1) for what it proves. Nothing here is trusted: verify computes it again.

create table audit.seal(
  no      bigint      primary key,	-- 0, 1, 2 ...
  at      timestamptz not null,
  horizon bigint      not null,	-- it covers what transactions below this one left
  hash    bytea       not null,	-- of its canonical bytes, as a leaf of the tree over the seals
  tree    bytea       not null,	-- that tree's right border, this seal included: 32 bytes a full subtree, the largest first
  line    text        not null);	-- the seal, as it was printed
comment on table audit.seal is 'the seals';

-- The leaves of a seal's trees, one tree a month: 48 bytes each, an event's id and its leaf hash, in the order of the
-- ids, 1024 a row at most. They name the event that was changed, and stay when it is purged.
create table audit.leaf(
  seal   bigint not null,
  month  text   not null,	-- of the events' ids, in UTC: 2026-11
  n      int    not null,	-- 0, 1, 2 ... of that month
  first  uuid   not null,
  last   uuid   not null,
  leaves bytea  not null,
  primary key (seal, month, n));
alter table audit.leaf alter leaves set storage external;	-- hashes do not compress
create index leaf_first on audit.leaf(first);
create index leaf_last on audit.leaf(last);
comment on table audit.leaf is 'what each seal covers';

-- The state of rules, triggers and functions, where a seal found another than the seal before.
create table audit.seal_state(
  seal  bigint primary key,
  state text   not null);
comment on table audit.seal_state is 'what was captured, and how, when a seal was made';

-- A time stamp (RFC 3161) that somebody else gave for a seal.
create table audit.seal_stamp(
  seal  bigint      not null,
  at    timestamptz not null default clock_timestamp(),
  reply bytea       not null);
comment on table audit.seal_stamp is 'time stamps of seals';

select audit.protect(t) from unnest(array['audit.seal', 'audit.leaf', 'audit.seal_state', 'audit.seal_stamp']::regclass[]) t;

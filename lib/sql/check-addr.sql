-- Fails where this is neither an address nor a network.
--  $1 the address
select $1::inet

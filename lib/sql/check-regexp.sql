-- Fails where this is no regular expression.
--  $1 the expression
select '' ~ $1

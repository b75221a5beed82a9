-- the public key that is registered for the first signed seal
select encode(t.seal_key, 'hex') from audit.trail t

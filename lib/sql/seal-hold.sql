-- Before the snapshot: what is moved from one partition to another meanwhile
-- would be in neither, and never be sealed, or seem to be gone. No writer waits for this.
lock table audit.event in access share mode

/* guard - what may fail, without failing the application's statement */

#include "native.h"

#include "access/xact.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

bool
guard(void (*function)(void *), void *arg)
{
	MemoryContext memory = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	volatile bool done = false;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(memory);
	PG_TRY();
	{
		function(arg);
		ReleaseCurrentSubTransaction();
		done = true;
	}
	PG_CATCH();
	{
		ErrorData *error;

		MemoryContextSwitchTo(memory);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(memory);
		CurrentResourceOwner = owner;
		/* what EXCEPTION WHEN OTHERS lets through, too */
		if (error->sqlerrcode == ERRCODE_QUERY_CANCELED ||
		    error->sqlerrcode == ERRCODE_ASSERT_FAILURE)
			ReThrowError(error);
		FreeErrorData(error);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(memory);
	CurrentResourceOwner = owner;
	return done;
}

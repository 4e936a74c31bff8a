import { runServer } from '../../../server/main.ts';
import { SYSTEM_CLOCK } from '../../../bin/language-server/system-clock.ts';
import { keepMemorySmall } from '../../../bin/language-server/small-memory.ts';
import { bigSource } from './big-catalog.ts';

keepMemorySmall();

// The language server over a catalog of fifty thousand tables in memory, to be measured from outside.
runServer({
  clock: SYSTEM_CLOCK,
  openSource: () => Promise.resolve(bigSource()),
  readEndpoints: () => Promise.reject(new Error('The benchmark has no endpoints file.')),
});

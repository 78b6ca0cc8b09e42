/* Preloaded into a program: what the kernel says about its clock is what the test wants,
   SYNCHRONISED being 1 or 0. The clock itself is the machine's. */
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>

int adjtimex(struct timex* query) {
  const char* synchronised = getenv("SYNCHRONISED");
  const int yes = synchronised != NULL && synchronised[0] == '1';
  memset(query, 0, sizeof *query);
  query->status = yes ? 0 : STA_UNSYNC;
  return yes ? TIME_OK : TIME_ERROR;
}

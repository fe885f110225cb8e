#include "store/events.h"

#include "store/columns.h"

namespace rounds {

namespace {

Event read_event(const Statement& row) {
  Event event;
  row.read(event.id, event.at, event.kind, event.job, event.text);
  return event;
}

}  // namespace

void add_event(Store& store, const Event& event) {
  store.db().run("INSERT INTO event (at_ms, kind, job, text) VALUES (?, ?, ?, ?)", event.at, event.kind, event.job,
                 event.text);
}

std::vector<Event> events_since(Store& store, std::int64_t after_id, int limit) {
  return all_rows(store.db().query("SELECT id, at_ms, kind, job, text FROM event WHERE id > ? ORDER BY id LIMIT ?",
                                   after_id, limit),
                  read_event);
}

}  // namespace rounds

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

std::vector<Event> find_events(Store& store, const EventQuery& query) {
  return all_rows(store.db().query(R"sql(
    SELECT id, at_ms, kind, job, text FROM (
      SELECT id, at_ms, kind, job, text FROM event
      WHERE id > ?1 AND (?2 IS NULL OR at_ms >= ?2) AND (?3 = '' OR kind = ?3)
      ORDER BY id DESC LIMIT ?4)
    ORDER BY id)sql",
                                   query.after_id, query.since, query.kind, query.limit == 0 ? -1 : query.limit),
                  read_event);
}

std::vector<std::string> event_kinds(Store& store) {
  return all_rows(store.db().query("SELECT DISTINCT kind FROM event ORDER BY kind"), [](const Statement& row) {
    std::string kind;
    row.read(kind);
    return kind;
  });
}

std::vector<Event> events_since(Store& store, std::int64_t after_id, int limit) {
  return all_rows(store.db().query("SELECT id, at_ms, kind, job, text FROM event WHERE id > ? ORDER BY id LIMIT ?",
                                   after_id, limit),
                  read_event);
}

}  // namespace rounds

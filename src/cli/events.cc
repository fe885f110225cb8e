#include "store/events.h"

#include <fmt/format.h>

#include "cli/choice.h"
#include "cli/commands.h"
#include "cli/exit_code.h"
#include "cli/store_watch.h"
#include "cli/table.h"
#include "time/stamp.h"

namespace rounds {

namespace {

constexpr int kScreenful = 50;

std::vector<Column> event_columns() {
  return {{"event", ""}, {"at", "AT"}, {"kind", "KIND"}, {"job", "JOB"}, {"text", "TEXT"}};
}

std::vector<Cell> event_row(const Event& event, const Context& context) {
  const std::string at = local_text(std::chrono::floor<std::chrono::seconds>(event.at), context.shown_zone);
  return {{event.id}, {value_of(event.at), at}, {event.kind}, {event.job.empty() ? Value() : Value(event.job)}, {event.text}};
}

EventQuery query_of(const EventsOptions& options, const Context& context) {
  EventQuery query;
  if (options.since) query.since = read_moment("--since", *options.since, context.now.due(), context.shown_zone, true);
  query.kind = options.kind;
  const bool screen = for_people(context.global) && look_at_terminal(context.global.color).interactive;
  query.limit = options.count > 0 ? options.count : screen && !options.since ? kScreenful : 0;
  return query;
}

void print_events(const std::vector<Event>& events, const Context& context, bool titled) {
  Listing table{"events", event_columns(), {}, titled};
  for (const Event& event : events) table.rows.push_back(event_row(event, context));
  print_table(table, context.global);
}

void say_none(Store& store, const EventsOptions& options) {
  print_line("no events");
  const auto kinds = event_kinds(store);
  if (!options.kind.empty() && !kinds.empty()) print_hint(fmt::format("kinds so far: {}", fmt::join(kinds, ", ")));
}

/// Until the reader has enough. Rows come one after another, so JSON comes as one object a line.
[[noreturn]] void follow(const EventsOptions& options, Context context) {
  if (context.global.format == Format::json) context.global.format = Format::ndjson;
  Store store = Store::open(context.settings.store);
  StoreWatch watch(store);
  EventQuery query = query_of(options, context);
  for (bool first = true;; first = false) {
    const std::vector<Event> events = find_events(store, query);
    if (first || !events.empty()) print_events(events, context, first);
    finish_printing();
    if (!events.empty()) query.after_id = events.back().id;
    query.limit = 0;
    watch.wait();
  }
}

}  // namespace

int events(const EventsOptions& options, const Context& context) {
  Store store = Store::open_read_only(context.settings.store);
  if (options.follow) follow(options, context);
  const std::vector<Event> found = find_events(store, query_of(options, context));
  if (found.empty() && for_people(context.global)) {
    say_none(store, options);
    return exit_code::ok;
  }
  print_events(found, context, true);
  return exit_code::ok;
}

}  // namespace rounds

#pragma once
#include <chrono>
#include <string>

#include "time/trigger.h"

namespace rounds {

/// A trigger as a person would say it: `at 02:30, Monday to Friday`. Wall times in the schedule's zone; `start` and
/// `until` are left out, exceptions are not.
std::string in_words(const Schedule& schedule);
std::string in_words(const Cron& cron);
/// `90 minutes`, `2 hours and 30 minutes`
std::string length_in_words(std::chrono::seconds length);

}  // namespace rounds

#pragma once
#include "report/document.h"
#include "report/history.h"
#include "report/html_writer.h"

namespace rounds {

// Sections of the report that have a file of their own.

void write_findings(Html& page, const Document& document);
void write_trends(Html& page, const Document& document, const History& history);
void write_everything(Html& page, const Document& document);
void write_statements(Html& page, const Document& document);

}  // namespace rounds

#pragma once
#include <string>

namespace rounds {

/// A document with one finding of each severity, hostile texts, skipped checks and changes.
inline const std::string kSample = R"json({
"schema":1,"inspection":12,"tier":"weekly","at":"2026-11-21T08:00:03.250Z","run":7,"inspector":"0.1.0","rules":"0a",
"window":{"from":"2026-11-18T08:00:00Z","to":"2026-11-21T08:00:00Z","effective_from":"2026-11-18T08:00:00Z",
"effective_to":"2026-11-21T08:00:00Z"},
"targets":[{"name":"shop","engine":"sqlite","business":"sales & co","host":null,"score":null,"coverage":75,
"address":"/var/lib/<shop>.db","version":"3.40.1","reached":true,
"categories":[{"category":"objects","checks":4,"seen":3,"critical":1,"warning":1,"info":0,"deduction":25}],
"checks":[
{"id":"sq.obj.fk","outcome":"finding","severity":"warning","subject":"orders -> customer","value":2,"threshold":0,
"evidence":["rowid 5 and 1 more"],"cause":"C1","remedy":"R1","remedy_risk":"locks","reason":null,"duration_ms":3,
"title":"Rows without their parent","category":"objects","since":"2026-11-01T08:00:00.000Z"},
{"id":"sq.obj.quick","outcome":"finding","severity":"critical","subject":"<script>alert(1)</script>","value":null,
"threshold":null,"evidence":["\"quoted\" & 'single'","\u001b[31mred"],"cause":"C2","remedy":"R2",
"remedy_risk":"restart","reason":null,"duration_ms":4,"title":"Damage","category":"objects",
"since":"2026-11-21T08:00:03.250Z"},
{"id":"sq.run.wal","outcome":"ok","severity":null,"subject":"/w","value":10.5,"threshold":"many","evidence":[],
"cause":null,"remedy":null,"remedy_risk":null,"reason":null,"duration_ms":0,"title":"T","category":"running",
"since":null},
{"id":"sq.run.disk","outcome":"skipped","severity":null,"subject":null,"value":null,"threshold":null,"evidence":[],
"cause":null,"remedy":null,"remedy_risk":null,"reason":"no <room> to look","duration_ms":0,"title":"T",
"category":"running","since":null}],
"resolved":[{"id":"sq.sec.mode","subject":"/old","since":"2026-10-01T00:00:00.000Z"}],
"not_rechecked":[{"id":"sq.sec.links","subject":"/l","since":"2026-10-02T00:00:00.000Z"}]}]})json";

}  // namespace rounds

#pragma once

#include "../arguments.hpp"
#include "../console.hpp"
#include "../outcome.hpp"

/// One function a verb; verb_table.cpp says what each takes. Text goes to the console, the result is returned.
namespace vle::app {

Result<Outcome> run_check(const Arguments& arguments, Console& console);
Result<Outcome> run_compile(const Arguments& arguments, Console& console);
Result<Outcome> run_dump(const Arguments& arguments, Console& console);
Result<Outcome> run_diff(const Arguments& arguments, Console& console);
Result<Outcome> run_run(const Arguments& arguments, Console& console);
Result<Outcome> run_ablate(const Arguments& arguments, Console& console);
Result<Outcome> run_calibrate(const Arguments& arguments, Console& console);
Result<Outcome> run_align(const Arguments& arguments, Console& console);
Result<Outcome> run_train(const Arguments& arguments, Console& console);
Result<Outcome> run_task(const Arguments& arguments, Console& console);
Result<Outcome> run_export_spice(const Arguments& arguments, Console& console);
Result<Outcome> run_recover(const Arguments& arguments, Console& console);
Result<Outcome> run_report(const Arguments& arguments, Console& console);
Result<Outcome> run_plot(const Arguments& arguments, Console& console);
Result<Outcome> run_conformance(const Arguments& arguments, Console& console);
Result<Outcome> run_board(const Arguments& arguments, Console& console);
Result<Outcome> run_chip(const Arguments& arguments, Console& console);
Result<Outcome> run_help(const Arguments& arguments, Console& console);

}  // namespace vle::app

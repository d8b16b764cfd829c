"""What ``make quick`` leaves out, tests of a second or more, and why; and what runs first.

Each line is a file of tests, or one test or fixture in it; names of files are unique, so it stays
right when a file moves. ``tests/test_thorough.py`` holds that each is there.
"""

THOROUGH = {
    "fits, scores or draws from England many times": """
        test_backtest.py::test_all_scores_of_a_part_are_those_of_its_rows
        test_backtest.py::test_processes_give_the_same_as_one_after_the_other
        test_backtest_figures.py
        test_backtest_files.py
        test_benchmark_sampling.py
        test_calibrate_files.py
        test_calls.py::test_a_fit_shows_its_errors_and_counts
        test_council_fit.py::refitted
        test_draws.py::test_the_notice_of_repeated_draws_reaches_the_run
        test_effects_command.py
        test_effects_views.py::drawn
        test_england_effect_tests.py::test_some_shipped_answers_are_those_of_the_model
        test_fit_files.py
        test_held.py::test_the_posterior_leaves_it_out_and_says_that_the_rest_does_not_follow
        test_hubverse.py::test_each_origin_and_model_has_a_table
        test_later_vintage.py
        test_ledger_commands.py::test_a_promise_is_frozen_as_python_freezes_it
        test_one_thread.py
        test_panel.py::test_the_shipped_answers_are_those_of_the_figures
        test_panel_recovery.py
        test_pooled_figures.py::test_a_place_with_one_figure_does_not_move_the_spread
        test_pooled_recovers.py
        test_posterior.py::test_draws_have_the_exact_mean_within_sampling_error
        test_public_api.py::test_the_examples_of_a_module_run
        test_shipped_fit.py
        test_what_moved.py::test_an_answer_is_what_the_newest_column_shows
    """,
    "runs England many times, at fine steps or by a solver": """
        test_at_rest.py::test_england_comes_to_rest_with_every_net_change_nil
        test_at_rest.py::test_england_s_rest_is_near_enough_to_its_start_to_be_a_rest_of_the_same_model
        test_at_rest.py::test_what_does_not_come_to_rest_is_named
        test_case_for_change.py::test_a_call_runs_and_shows_what_is_checked
        test_council.py::test_an_ensemble_of_a_council_lies_about_its_run
        test_council.py::test_break_even_of_a_council_says_an_amount_of_its_size
        test_council.py::test_what_is_needed_is_in_children_of_the_council
        test_council_scenarios.py::test_every_scenario_explains_and_runs
        test_council_shares.py::numbers
        test_council_sums.py::together
        test_england_bounds.py
        test_england_called.py::test_a_number_that_is_no_lever_says_what_acts_on_the_same_quantity
        test_england_changed.py
        test_england_conservation.py
        test_england_drawn.py::test_every_draw_keeps_its_children_and_has_none_below_zero
        test_england_extremes.py
        test_england_funding.py::test_a_change_of_rule_on_any_day_moves_early_help_by_less_than_1_percent_in_a_quarter
        test_england_levers.py::test_no_scenario_file_moves_the_years_before_it_begins
        test_england_never_below_zero.py::test_no_line_of_spending_and_no_stock_is_below_zero_for_any_levers
        test_england_numerics.py
        test_england_payback.py::test_the_table_in_docs_is_that_of_the_model
        test_england_proposals.py::test_a_proposal_runs_and_each_of_its_changes_changes_something
        test_england_structure.py::test_children_change_in_number_only_by_what_crosses_the_border_of_the_model
        test_drivers.py::test_england_names_few_by_a_hundred_draws_and_with_their_evidence
        test_sensitivity.py::test_england_is_asked_of_its_own_posterior
        test_sensitivity_command.py::found
        test_sensitivity_command.py::test_it_prints_what_python_finds_and_writes_table_page_and_figure
        test_sensitivity_command.py::test_indices_are_asked_for_by_a_word_with_a_hyphen
        test_sensitivity_page.py
        test_england_workforce.py::test_assessments_and_enquiries_share_what_workers_complete_as_they_are_due
        test_england_workforce.py::test_children_beyond_what_workers_complete_wait_and_their_number_grows_by_the_difference
        test_follows.py::test_it_is_a_fixed_sum_of_what_it_follows_from
        test_front_door_signs.py::test_a_supported_child_whose_enquiry_finds_nothing_goes_back_to_support
        test_front_door_signs.py::test_no_case_closes_as_an_enquiry_during_support_ends
        test_front_door_signs.py::test_with_all_closed_at_the_door_nobody_is_assessed
        test_idle.py::test_a_change_is_named_where_the_run_without_it_is_the_same_and_only_there
        test_idle.py::test_each_number_of_england_that_does_nothing_alone_says_what_it_waits_for
        test_ledger.py::test_every_published_output_is_promised_in_the_columns_of_the_hubverse
        test_made_for.py::test_england_with_a_value_differs_under_draws_as_single_runs_do
        test_made_for.py::test_verbs_that_draw_by_themselves_take_the_priors_then_and_say_so
        test_mix_option.py
        test_mixed.py::test_a_council_is_mixed_with_its_own_trend_and_only_where_it_is_asked_for
        test_mixed.py::test_a_projection_mixes_lines_and_bands_and_what_is_told_of_them
        test_needs.py::test_a_share_is_told_as_assumed_where_what_it_leads_to_is_shown
        test_payback.py::test_more_early_help_pays_back_more_of_itself_the_longer_it_lasts
        test_project.py::test_every_run_has_its_ensemble_of_the_same_draws
        test_pulses.py
        test_questions_page.py::results
        test_run.py::test_a_seed_gives_other_intervals_and_the_same_table
        test_scenario_tried.py::test_no_value_of_a_key_that_people_try_brings_another_kind_of_error
        test_step_check.py::test_england_at_its_usual_step_is_fine
        test_switches_freeze.py::test_nothing_published_jumps_where_a_switch_is_turned
        test_workers.py::test_a_process_that_is_ended_while_it_sends_keeps_nobody_waiting
    """,
    "runs a program, a notebook or another engine": """
        test_broken_files.py::test_an_absurd_amount_is_refused_in_one_sentence_and_no_warning_of_a_library
        test_broken_files.py::test_check_names_a_broken_file_in_one_line
        test_broken_files.py::test_check_says_of_each_file_that_it_is_valid
        test_calls.py::test_a_process_ends_with_status_and_sentence_too
        test_calls.py::test_an_old_name_of_a_command_does_the_same_and_says_the_new_one
        test_calls.py::test_checking_a_file_loads_neither_pandas_nor_matplotlib
        test_calls.py::test_tables_load_neither_pandas_nor_what_draws_figures
        test_calls.py::test_tables_of_single_runs_load_neither_other_processes_nor_masked_arrays
        test_calls.py::test_without_llvmlite_the_same_tables_are_written_and_one_note_says_why
        test_console.py
        test_council.py::test_it_goes_to_another_process
        test_engines_agree.py
        test_england_timed.py
        test_every_verb.py
        test_export.py::test_a_verified_export_says_what_each_engine_found
        test_export.py::test_an_engine_that_differs_ends_with_status_one
        test_hard_places.py
        test_insurance_page.py
        test_ledger_commands.py::test_wrong_figures_are_refused_in_one_sentence
        test_named_model.py::test_spawned_processes_do_what_this_one_does
        test_notebooks.py::test_a_notebook_runs_and_shows_its_figures
        test_nothing_changed.py::test_a_run_says_it_once_and_so_does_its_page
        test_own_model_page.py::test_a_command_prints_what_stands_below_it
        test_own_scope.py::test_its_calls_run
        test_own_vintage_whole.py
        test_plot_loading.py
        test_public_api.py::test_importing_the_package_loads_nothing_heavy
        test_public_api.py::test_running_the_model_loads_no_plotting_and_no_fitting
        test_readme.py::test_each_snippet_runs_after_the_one_above_it_and_with_nothing_else
        test_readme.py::test_the_code_of_the_page_on_calibration_runs
        test_readme.py::test_the_lines_for_a_shell_run_as_they_stand
        test_run.py::results
        test_run.py::test_no_scenario_takes_the_files_of_another
        test_run.py::test_run_again_from_another_folder_writes_the_same_bytes
        test_run.py::test_tables_of_many_scenarios_are_counted_and_not_listed
        test_run.py::test_the_summary_shows_the_years_asked_for_and_the_last
        test_run_apart.py
        test_spawned.py
        test_stopping.py
        test_user_program.py
        test_xmile_cases.py
        test_xmile_engines.py
    """,
    "builds caresim": """
        test_readme.py::installed
        test_requirements.py::installed
        test_version.py::installed
        test_wheel.py
    """,
    "compiles many models": """
        test_against_oracle.py::test_a_run_agrees_with_the_oracle
        test_against_oracle.py::test_each_draw_agrees_with_the_oracle_of_its_own_numbers
        test_against_oracle.py::test_identical_draws_give_identical_runs_that_agree_with_the_oracle
        test_canonical_ageing.py::test_every_run_of_a_batch_ages_by_its_own_numbers
        test_canonical_inputs.py::test_a_pulse_leaves_a_delay_along_a_gamma_distribution
        test_canonical_models.py::test_every_run_of_a_batch_meets_the_solution_of_its_own_parameters
        test_canonical_models.py::test_rk4_meets_the_solution
        test_compiled_cache.py
        test_compiled_cache_trust.py
        test_continuous.py::test_parameters_between_steps_are_those_of_the_grid_on_its_moments
        test_deep_equations.py
        test_every_node.py::test_a_row_gives_the_same_in_machine_code
        test_every_node.py::test_an_operator_runs_in_every_target
        test_exact_dates.py::test_a_change_of_some_days_brings_these_days_of_each_year
        test_exact_dates.py::test_a_jump_is_exact_however_it_is_written
        test_exact_dates.py::test_a_pulse_in_an_equation_brings_these_days_of_each_year
        test_faults.py::test_an_equation_without_a_value_is_told_in_the_same_words
        test_random_models.py
        test_simulate.py::test_a_lever_that_moves_and_does_nothing_is_seen_in_either_way
        test_targets.py::test_a_quantity_may_have_a_name_that_generated_code_might_use
        test_targets.py::test_targets_agree_on_a_model_with_every_feature
        test_targets.py::test_the_width_of_a_block_changes_no_bit
        test_targets.py::test_truth_values_are_one_and_nothing_in_arithmetic
    """,
    "draws many figures, or tries many inputs": """
        test_compare_releases.py::test_what_any_artist_draws_is_compared
        test_damaged.py
        test_diagram.py::test_nothing_overlaps_in_any_model
        test_drawn.py::test_caseloads_are_counts_with_stocks_first
        test_drawn.py::test_no_figure_has_a_word_of_england
        test_environment.py
        test_equations.py::test_rows_of_a_long_equation_hold_all_of_it
        test_fit_figures.py::test_nothing_is_cut_off
        test_fit_figures.py::test_the_error_is_that_of_the_overview
        test_held.py::test_a_value_that_the_caller_set_is_in_every_run
        test_hostile_text.py::made
        test_hostile_text.py::test_every_figure_is_a_picture_that_a_reader_of_xml_reads
        test_hostile_text.py::test_figures_of_loops_and_stocks_are_xml
        test_hostile_text.py::test_the_page_of_a_model_is_markdown_without_markup_of_its_texts
        test_hostile_text.py::test_what_a_notebook_shows_is_text
        test_kernel_maths.py::test_log_is_right_to_the_last_place
        test_kernel_maths.py::test_pow_loses_no_more_than_its_logarithm_grows
        test_ledger.py::test_the_quantiles_are_those_of_the_same_draws
        test_loops.py::test_england_has_its_loops
        test_loops_drawn.py::test_nothing_overlaps_whatever_the_words
        test_many_scenarios.py
        test_model_page_files.py::test_the_command_writes_the_page_of_england
        test_model_page_fresh.py::test_the_page_in_docs_and_its_figures_are_fresh
        test_no_country.py::test_no_model_is_asked_whether_it_has_an_attribute
        test_ordinary_files.py
        test_page_truth.py::test_two_scenarios_print_on_one_sheet
        test_parameters_by_element.py::test_any_elements_give_an_array_over_their_dimensions
        test_plot.py::test_files_are_the_same_bytes_however_often_they_are_saved
        test_plot.py::test_nothing_overlaps_and_nothing_is_cut_off
        test_plot.py::test_the_readers_matplotlib_settings_are_left_alone_and_do_not_matter
        test_plot.py::test_ticks_are_whole_years_and_few
        test_project.py::test_the_score_of_the_model_comes_along
        test_public_api.py::test_every_library_that_is_imported_is_a_declared_dependency
        test_public_names.py::test_a_change_is_seen
        test_public_names.py::test_the_list_is_that_of_the_source
        test_question.py::test_a_wrong_argument_is_refused_in_one_sentence_that_shows_it
        test_recovery.py::test_intervals_of_90_percent_hold_the_rates_of_two_stocks_in_90_percent_of_data_sets
        test_report.py::test_page_is_balanced_and_needs_nothing_from_outside
        test_report.py::test_page_is_the_same_every_time
        test_run.py::test_several_files_are_compared_with_the_one_that_they_extend
        test_run.py::test_spending_is_real_and_in_cash_whatever_the_other_tables_are_in
        test_scenario_binding.py::test_two_additions_commute
        test_scenario_errors.py::test_no_damage_to_a_file_brings_another_kind_of_error
        test_spending_views.py::test_no_label_meets_another_or_leaves_the_figure
        test_xmile.py::test_every_graphical_function_is_of_an_auxiliary_and_has_both_scales_and_no_xpts
        test_xmile_curves.py::test_a_look_up_of_decimals_gives_back_its_points_and_the_lines_between
        test_xmile_curves.py::test_levels_without_a_pattern_are_kept_as_they_are
        test_xmile_paths.py::test_the_points_give_what_euler_reads_at_every_step
        test_xmile_step.py::test_england_is_refused_at_steps_at_which_it_cannot_run
    """,
}
REASONS = {entry: why for why, entries in THOROUGH.items() for entry in entries.split()}

# Files that take long run first, so that at the end no process is left alone with one, and none is
# shared out between processes, each of which would fit or install again; the first need `installed`
FIRST = (
    "test_readme.py",
    "test_requirements.py",
    "test_user_program.py",
    "test_version.py",
    "test_wheel.py",
    "test_later_vintage.py",
    "test_shipped_fit.py",
    "test_calibrate_files.py",
    "test_one_thread.py",
    "test_spawned.py",
    "test_notebooks.py",
    "test_every_verb.py",
    "test_hard_places.py",
)


def is_later(item):
    """Return whether a collected test runs after those of the files that take long."""
    return item.path.name not in FIRST


def reason(item):
    """Return why ``make quick`` leaves a collected test out, or None."""
    file = item.path.name
    names = (file, *(f"{file}::{name}" for name in (item.originalname, *item.fixturenames)))
    return next((REASONS[name] for name in names if name in REASONS), None)

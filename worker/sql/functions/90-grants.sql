-- Who may execute what.  Everything is taken away first, so a function that
-- is not listed here can be called by the owner's functions alone.

DO $$
DECLARE
    v_shared    text[] := ARRAY['schema_version', 'rfc3339', 'etag',
        'raise_error', 'check_caller', 'current_user_id',
        'current_workspaces', 'paper_json', 'paper_full_json',
        'paper_latest_json', 'paper_metadata_json', 'paper_statements_json',
        'paper_state_json', 'analysis_json', 'analysis_state_json',
        'analysis_stages_json', 'analysis_reserved',
        'analysis_results_json', 'latest_event_id',
        'queue_stats', 'stage_plan', 'result_claims',
        'claim_keys', 'question_norm'];
    v_web       text[] := ARRAY['register_user', 'login_lookup',
        'login_failed', 'login_succeeded', 'refresh_tokens', 'revoke_token',
        'lookup_credential', 'get_me', 'update_me', 'idempotency_begin',
        'idempotency_save', 'idempotency_abandon', 'idempotency_answered',
        'prepare_upload', 'create_paper', 'list_papers', 'update_paper', 'delete_paper',
        'restore_paper', 'paper_file', 'get_paper_structure',
        'start_analysis', 'estimate_analysis', 'resume_analysis',
        'replay_analysis', 'get_model_settings', 'get_usage',
        'get_analysis', 'list_analyses', 'get_results',
        'get_evidence', 'get_evidence_csv', 'cancel_analysis',
        'completed_analysis', 'csv_cell',
        'analysis_state', 'analysis_events_since',
        'workspace_events_since', 'update_claim', 'create_feedback',
        'delete_analysis', 'list_questions', 'questions_json',
        'question_json', 'create_question', 'answer_question',
        'create_question_link', 'list_question_links',
        'delete_question_link', 'get_shared_questions',
        'answer_shared_question', 'list_sources', 'source_json',
        'create_source', 'delete_source', 'list_outbound',
        'list_outbound_csv', 'ledger_rows', 'get_recipe',
        'recipe_stages', 'recipe_fields', 'replay_obstacle',
        'source_hashes', 'diff_analyses', 'diff_claims', 'compared_words',
        'take_pairs', 'paired_claims', 'claim_content', 'diff_sections',
        'diff_items', 'diff_recipes', 'diff_side', 'diff_score',
        'diff_trl', 'erase_own_paper'];
    v_worker    text[] := ARRAY['claim_job', 'next_job', 'heartbeat_job',
        'job_paper', 'lock_job', 'end_job', 'requeue_job', 'lose_job',
        'lose_jobs', 'reap_jobs', 'release_leases', 'retry_job',
        'throttle_job', 'interrupt_job', 'fail_job', 'cancel_job',
        'notify_queued_job', 'copy_latest_analysis', 'begin_extraction',
        'structure_json', 'json_texts', 'apply_document',
        'complete_extraction', 'fail_paper', 'reject_extraction',
        'begin_analysis', 'note_inputs', 'begin_stage', 'complete_stage',
        'complete_analysis', 'end_analysis', 'refresh_paper_status',
        'emit_event', 'emit_paper_event', 'emit_analysis_event',
        'index_paper', 'search_cjk', 'search_normalize', 'search_grams',
        'search_words', 'search_field', 'search_body', 'workspace_lexeme',
        'prune_events', 'prune_tokens', 'prune_idempotency', 'grant_admin',
        'store_questions', 'kept_claims', 'touched_claims', 'claim_quotes',
        'analysis_sources_json', 'settle_review', 'result_lists',
        'reviewed_lists', 'claim_lists', 'set_lists', 'expire_papers',
        'erase_paper', 'take_object_deletions', 'end_object_deletion'];
    v_calls     text[] := ARRAY['publish_model_settings', 'open_call',
        'settle_call', 'lose_calls', 'lock_money', 'call_scopes',
        'budget_scopes', 'budget_shortage', 'utc_today', 'host_allowed',
        'call_meta', 'stored_answer', 'copy_answer', 'reserve_money',
        'insert_call', 'share_of', 'book_calls', 'clean_answer', 'end_call',
        'cut_answer', 'replayed_answer', 'repeated_call', 'call_obstacle', 'prune_answers'];
    v_known     text[];
    f           record;
BEGIN
    FOR f IN SELECT p.oid::regprocedure AS name, p.proname
               FROM pg_proc p
              WHERE p.pronamespace = 'public'::regnamespace
                AND p.proowner = (SELECT oid FROM pg_roles
                                   WHERE rolname = current_user)
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, paperal_web,'
                       ' paperal_worker', f.name);

        IF f.proname = ANY (v_shared || v_web) THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO paperal_web',
                           f.name);
        END IF;

        IF f.proname = ANY (v_shared || v_worker || v_calls) THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO paperal_worker',
                           f.name);
        END IF;

        v_known := v_known || f.proname::text;
    END LOOP;

    IF NOT v_shared || v_web || v_worker || v_calls <@ v_known THEN
        RAISE EXCEPTION 'grants to unknown functions: %', (
            SELECT string_agg(n, ', ')
              FROM unnest(v_shared || v_web || v_worker || v_calls) n
             WHERE n <> ALL (v_known));
    END IF;
END $$;

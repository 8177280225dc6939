/**
 * The public names of Flask 3.1, and of the parts of Werkzeug 3.1 that users of Flask see, by module or class. Names that
 * start with an underscore and those of Python's own protocols are omitted.
 */
export const FLASK_NAMES: Readonly<Record<string, string>> = {
  flask: `Flask Blueprint Config Request Response current_app g request session abort after_this_request
    copy_current_request_context flash get_flashed_messages get_template_attribute has_app_context
    has_request_context json jsonify make_response redirect render_template render_template_string
    send_file send_from_directory stream_template stream_template_string stream_with_context url_for`,
  'flask.signals': `appcontext_popped appcontext_pushed appcontext_tearing_down before_render_template
    got_request_exception message_flashed request_finished request_started request_tearing_down
    template_rendered`,
  'flask.ctx': `AppContext RequestContext`,
  'flask.views': `View MethodView`,
  'flask.sessions': `SessionInterface SecureCookieSessionInterface SessionMixin SecureCookieSession
    NullSession`,
  'flask.json': `dumps dump loads load`,
  'flask.json.provider': `JSONProvider DefaultJSONProvider`,
  'flask.testing': `FlaskClient FlaskCliRunner EnvironBuilder`,
  'flask.cli': `AppGroup FlaskGroup ScriptInfo load_dotenv pass_script_info with_appcontext`,
  'werkzeug.utils': `secure_filename safe_join`,
  'werkzeug.security': `generate_password_hash check_password_hash`,
  markupsafe: `Markup escape`,
  'werkzeug.routing': `Map Rule BuildError BaseConverter UnicodeConverter PathConverter AnyConverter
    IntegerConverter FloatConverter UUIDConverter RequestRedirect`,
  'werkzeug.exceptions': `HTTPException BadRequest BadRequestKeyError Unauthorized Forbidden NotFound
    MethodNotAllowed NotAcceptable RequestTimeout Conflict Gone LengthRequired PreconditionFailed
    RequestEntityTooLarge RequestURITooLarge UnsupportedMediaType RequestedRangeNotSatisfiable
    ExpectationFailed ImATeapot MisdirectedRequest UnprocessableEntity Locked FailedDependency
    PreconditionRequired TooManyRequests RequestHeaderFieldsTooLarge UnavailableForLegalReasons
    InternalServerError NotImplemented BadGateway ServiceUnavailable GatewayTimeout
    HTTPVersionNotSupported SecurityError ClientDisconnected`,
  app: `aborter aborter_class add_template_filter add_template_global add_template_test add_url_rule
    after_request after_request_funcs app_context app_ctx_globals_class async_to_sync
    auto_find_instance_path before_request before_request_funcs blueprints cli config config_class
    context_processor create_global_jinja_loader create_jinja_environment create_url_adapter debug
    default_config delete dispatch_request do_teardown_appcontext do_teardown_request endpoint ensure_sync
    error_handler_spec errorhandler extensions finalize_request full_dispatch_request get
    get_send_file_max_age got_first_request handle_exception handle_http_exception
    handle_url_build_error handle_user_exception has_static_folder import_name inject_url_defaults
    instance_path iter_blueprints jinja_env jinja_environment jinja_loader jinja_options json
    json_provider_class log_exception logger make_aborter make_config make_default_options_response
    make_response make_shell_context name open_instance_resource open_resource patch
    permanent_session_lifetime post preprocess_request process_response put raise_routing_exception
    redirect register_blueprint register_error_handler request_class request_context response_class
    root_path route run secret_key select_jinja_autoescape send_static_file session_interface
    shell_context_processor shell_context_processors should_ignore_error static_folder static_url_path
    subdomain_matching teardown_appcontext teardown_appcontext_funcs teardown_request
    teardown_request_funcs template_context_processors template_filter template_folder template_global
    template_test test_cli_runner test_cli_runner_class test_client test_client_class
    test_request_context testing trap_http_exception update_template_context url_build_error_handlers
    url_default_functions url_defaults url_for url_map url_map_class url_rule_class
    url_value_preprocessor url_value_preprocessors view_functions wsgi_app`,
  blueprint: `add_app_template_filter add_app_template_global add_app_template_test add_url_rule
    after_app_request after_request app_context_processor app_errorhandler app_template_filter
    app_template_global app_template_test app_url_defaults app_url_value_preprocessor
    before_app_request before_request cli cli_group context_processor delete endpoint errorhandler get
    get_send_file_max_age has_static_folder import_name jinja_loader make_setup_state name
    open_resource patch post put record record_once register register_blueprint
    register_error_handler root_path route send_static_file static_folder static_url_path subdomain
    teardown_app_request teardown_request template_folder url_defaults url_prefix
    url_value_preprocessor url_values_defaults`,
  'blueprint state': `add_url_rule app blueprint first_registration name name_prefix options subdomain
    url_defaults url_prefix`,
  request: `accept_charsets accept_encodings accept_languages accept_mimetypes access_control_request_headers
    access_control_request_method access_route application args authorization base_url blueprint
    blueprints cache_control close content_encoding content_length content_md5 content_type cookies
    data date dict_storage_class endpoint environ files form form_data_parser_class from_values
    full_path get_data get_json headers host host_url if_match if_modified_since if_none_match
    if_range if_unmodified_since input_stream is_json is_multiprocess is_multithread is_run_once
    is_secure json list_storage_class make_form_data_parser max_content_length max_form_memory_size
    max_form_parts max_forwards method mimetype mimetype_params on_json_loading_failed origin
    parameter_storage_class path pragma query_string range referrer remote_addr remote_user root_path
    root_url routing_exception scheme script_root server shallow stream trusted_hosts url url_root
    url_rule user_agent user_agent_class values view_args want_form_data_parsed`,
  response: `accept_ranges access_control_allow_credentials access_control_allow_headers
    access_control_allow_methods access_control_allow_origin access_control_expose_headers
    access_control_max_age add_etag age allow autocorrect_location_header automatically_set_content_length
    cache_control calculate_content_length call_on_close close content_encoding content_language
    content_length content_location content_md5 content_range content_security_policy
    content_security_policy_report_only content_type cross_origin_embedder_policy
    cross_origin_opener_policy data date default_mimetype default_status delete_cookie
    direct_passthrough expires force_type freeze from_app get_app_iter get_data get_etag get_json
    get_wsgi_headers get_wsgi_response headers implicit_sequence_conversion is_json is_sequence
    is_streamed iter_encoded json last_modified location make_conditional make_sequence max_cookie_size
    mimetype mimetype_params response retry_after set_cookie set_data set_etag status status_code
    stream vary www_authenticate`,
  error: `code description get_body get_description get_headers get_response name original_exception
    response retry_after valid_methods www_authenticate wrap`,
  session: `accessed clear get items keys modified new permanent pop setdefault update values`,
  g: `get pop setdefault`,
  config: `from_envvar from_file from_mapping from_object from_prefixed_env from_pyfile get_namespace`,
  'config keys': `APPLICATION_ROOT DEBUG EXPLAIN_TEMPLATE_LOADING MAX_CONTENT_LENGTH MAX_COOKIE_SIZE
    MAX_FORM_MEMORY_SIZE MAX_FORM_PARTS PERMANENT_SESSION_LIFETIME PREFERRED_URL_SCHEME
    PROPAGATE_EXCEPTIONS PROVIDE_AUTOMATIC_OPTIONS SECRET_KEY SECRET_KEY_FALLBACKS
    SEND_FILE_MAX_AGE_DEFAULT SERVER_NAME SESSION_COOKIE_DOMAIN SESSION_COOKIE_HTTPONLY
    SESSION_COOKIE_NAME SESSION_COOKIE_PARTITIONED SESSION_COOKIE_PATH SESSION_COOKIE_SAMESITE
    SESSION_COOKIE_SECURE SESSION_REFRESH_EACH_REQUEST TEMPLATES_AUTO_RELOAD TESTING
    TRAP_BAD_REQUEST_ERRORS TRAP_HTTP_EXCEPTIONS TRUSTED_HOSTS USE_X_SENDFILE`,
  'url map': `add bind bind_to_environ converters default_subdomain host_matching is_endpoint_expecting
    iter_rules merge_slashes strict_slashes update`,
  rule: `defaults endpoint host methods provide_automatic_options rule strict_slashes subdomain`,
  client: `application delete delete_cookie environ_base get get_cookie head open options patch post
    preserve_context put resolve_redirect session_transaction set_cookie trace`,
  'client response': `get_data get_json history json request status status_code text`,
  'cli runner': `invoke isolated_filesystem`,
  cli: `add_command command group`,
}

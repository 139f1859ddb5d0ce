"""What a Postfix parameter is when nobody sets it: the defaults as Postfix writes them, by version.

In: a version. Out: the raw values that ``postconf -d`` of an unchanged Postfix prints, of the parameters that decide
who is let in, which family is spoken and what is said about it. Defaults that depend on ``compatibility_level`` are
expressions over it, as in Postfix itself; those that depend on the machine (myhostname, mydomain, mynetworks) are not
here (``postfix_host``), nor are directories of programs, which every distribution sets as it likes.
"""

LATEST = (3, 11)  # the newest version this table was held against; a newer one is taken for this

Version = tuple[int, int]

# Name, first version with this default, default. None: the name is no more; its successor refers to it. Or nobody can
# tell the default from the version.
_TABLE: tuple[tuple[str, Version, str | None], ...] = (
    ("append_dot_mydomain", (2, 0), "yes"),
    ("append_dot_mydomain", (3, 0), "${{$compatibility_level} <level {1} ? {yes} : {no}}"),
    ("authorized_verp_clients", (2, 0), ""),
    ("best_mx_transport", (2, 0), ""),
    ("compatibility_level", (3, 0), "0"),
    ("content_filter", (2, 0), ""),
    ("data_directory", (2, 5), "/var/lib/postfix"),
    ("debug_peer_list", (2, 0), ""),
    ("default_process_limit", (2, 0), "100"),
    ("default_transport", (2, 0), "smtp"),
    ("disable_dns_lookups", (2, 0), "no"),
    ("fallback_relay", (2, 0), ""),
    ("inet_interfaces", (2, 2), "all"),
    ("inet_protocols", (2, 2), "ipv4"),
    ("inet_protocols", (2, 9), "all"),
    ("lmtp_address_preference", (2, 8), "ipv6"),
    ("lmtp_address_preference", (2, 9), "any"),
    ("lmtp_balance_inet_protocols", (3, 3), "yes"),
    ("lmtp_bind_address", (2, 3), ""),
    ("lmtp_bind_address6", (2, 3), ""),
    ("local_header_rewrite_clients", (2, 0), "permit_inet_interfaces"),
    ("local_transport", (2, 0), "local:$myhostname"),
    ("mail_name", (2, 0), "Postfix"),
    ("mail_owner", (2, 0), "postfix"),
    ("mailbox_transport", (2, 0), ""),
    ("maillog_file", (3, 4), ""),
    ("milter_default_action", (2, 3), "tempfail"),
    ("milter_default_action", (3, 7), None),  # "shutdown" since some patch level of each of these: not known by version
    ("milter_default_action", (3, 11), "shutdown"),
    ("multi_instance_directories", (2, 6), ""),
    ("multi_instance_enable", (2, 6), "no"),
    ("multi_instance_group", (2, 6), ""),
    ("multi_instance_name", (2, 6), ""),
    ("multi_instance_wrapper", (2, 6), ""),
    ("mydestination", (2, 0), "$myhostname, localhost.$mydomain, localhost"),
    ("mynetworks_style", (2, 0), "subnet"),
    ("mynetworks_style", (3, 0), "${{$compatibility_level} <level {2} ? {subnet} : {host}}"),
    ("myorigin", (2, 0), "$myhostname"),
    ("non_smtpd_milters", (2, 3), ""),
    (
        "parent_domain_matches_subdomains",
        (2, 0),
        (
            "debug_peer_list,fast_flush_domains,mynetworks,permit_mx_backup_networks,qmqpd_authorized_clients,"
            "relay_domains,smtpd_access_maps"
        ),
    ),
    ("permit_mx_backup_networks", (2, 0), ""),
    ("postscreen_access_list", (2, 8), "permit_mynetworks"),
    (
        "postscreen_allowlist_interfaces",
        (3, 6),
        "${postscreen_whitelist_interfaces?{$postscreen_whitelist_interfaces}:{static:all}}",
    ),
    ("postscreen_bare_newline_enable", (2, 8), "no"),
    ("postscreen_blacklist_action", (2, 8), "ignore"),
    ("postscreen_blacklist_action", (3, 6), None),
    ("postscreen_cache_map", (2, 8), "btree:$data_directory/postscreen_cache"),
    ("postscreen_cache_map", (3, 11), "$default_cache_db_type:$data_directory/postscreen_cache"),
    ("postscreen_denylist_action", (3, 6), "${postscreen_blacklist_action?{$postscreen_blacklist_action}:{ignore}}"),
    ("postscreen_dnsbl_action", (2, 8), "ignore"),
    ("postscreen_dnsbl_sites", (2, 8), ""),
    ("postscreen_greet_action", (2, 8), "ignore"),
    ("postscreen_non_smtp_command_enable", (2, 8), "no"),
    ("postscreen_pipelining_enable", (2, 8), "no"),
    ("postscreen_upstream_proxy_protocol", (2, 10), ""),
    ("postscreen_whitelist_interfaces", (2, 9), "static:all"),
    ("postscreen_whitelist_interfaces", (3, 6), None),
    ("proxy_interfaces", (2, 0), ""),
    ("qmqpd_authorized_clients", (2, 0), ""),
    ("queue_directory", (2, 0), "/var/spool/postfix"),
    ("receive_override_options", (2, 0), ""),
    ("relay_domains", (2, 0), "$mydestination"),
    ("relay_domains", (3, 0), "${{$compatibility_level} <level {2} ? {$mydestination} : {}}"),
    ("relay_transport", (2, 0), "relay"),
    ("relayhost", (2, 0), ""),
    ("sender_dependent_default_transport_maps", (2, 7), ""),
    ("sender_dependent_relayhost_maps", (2, 3), ""),
    ("smtp_address_preference", (2, 8), "ipv6"),
    ("smtp_address_preference", (2, 9), "any"),
    ("smtp_balance_inet_protocols", (3, 3), "yes"),
    ("smtp_bind_address", (2, 0), ""),
    ("smtp_bind_address6", (2, 2), ""),
    ("smtp_bind_address_enforce", (3, 7), "no"),
    ("smtp_connect_timeout", (2, 0), "30s"),
    ("smtp_dns_reply_filter", (3, 0), ""),
    ("smtp_dns_resolver_options", (2, 8), ""),
    ("smtp_dns_support_level", (2, 11), ""),
    ("smtp_enforce_tls", (2, 2), "no"),
    ("smtp_fallback_relay", (2, 0), "$fallback_relay"),
    ("smtp_generic_maps", (2, 2), ""),
    ("smtp_helo_name", (2, 0), "$myhostname"),
    ("smtp_host_lookup", (2, 1), "dns"),
    ("smtp_mx_address_limit", (2, 1), "0"),
    ("smtp_mx_address_limit", (2, 3), "5"),
    ("smtp_mx_session_limit", (2, 1), "2"),
    ("smtp_sasl_auth_enable", (2, 0), "no"),
    ("smtp_sasl_password_maps", (2, 0), ""),
    ("smtp_tls_loglevel", (2, 2), "0"),
    ("smtp_tls_policy_maps", (2, 3), ""),
    ("smtp_tls_security_level", (2, 3), ""),
    ("smtp_tls_security_level", (3, 11), "${{$compatibility_level} <level {3.11} ? {} : {may}}"),
    ("smtp_use_tls", (2, 2), "no"),
    ("smtpd_authorized_verp_clients", (2, 3), "$authorized_verp_clients"),
    ("smtpd_authorized_xclient_hosts", (2, 1), ""),
    ("smtpd_authorized_xforward_hosts", (2, 1), ""),
    ("smtpd_banner", (2, 0), "$myhostname ESMTP $mail_name"),
    ("smtpd_client_connection_count_limit", (2, 2), "50"),
    ("smtpd_client_connection_limit_exceptions", (2, 2), ""),
    ("smtpd_client_connection_rate_limit", (2, 2), "0"),
    ("smtpd_client_event_limit_exceptions", (2, 2), "${smtpd_client_connection_limit_exceptions:$mynetworks}"),
    ("smtpd_client_restrictions", (2, 0), ""),
    ("smtpd_data_restrictions", (2, 0), ""),
    ("smtpd_delay_reject", (2, 0), "yes"),
    ("smtpd_end_of_data_restrictions", (2, 2), ""),
    ("smtpd_enforce_tls", (2, 2), "no"),
    ("smtpd_forbid_bare_newline", (3, 5), "no"),
    ("smtpd_forbid_bare_newline", (3, 9), "normalize"),
    ("smtpd_forbid_bare_newline_exclusions", (3, 5), "$mynetworks"),
    ("smtpd_forbid_unauth_pipelining", (3, 5), "no"),
    ("smtpd_forbid_unauth_pipelining", (3, 9), "yes"),
    ("smtpd_helo_required", (2, 0), "no"),
    ("smtpd_helo_restrictions", (2, 0), ""),
    ("smtpd_milters", (2, 3), ""),
    ("smtpd_peername_lookup", (2, 3), "yes"),
    ("smtpd_proxy_filter", (2, 0), ""),
    ("smtpd_recipient_restrictions", (2, 0), "permit_mynetworks, reject_unauth_destination"),
    ("smtpd_recipient_restrictions", (2, 10), ""),
    ("smtpd_relay_before_recipient_restrictions", (3, 6), "${{$compatibility_level} <level {3.6} ? {no} : {yes}}"),
    ("smtpd_relay_restrictions", (2, 10), "permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination"),
    (
        "smtpd_relay_restrictions",
        (3, 0),
        (
            "${{$compatibility_level} <level {1} ? {} : "
            "{permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination}}"
        ),
    ),
    ("smtpd_restriction_classes", (2, 0), ""),
    ("smtpd_sasl_auth_enable", (2, 0), "no"),
    ("smtpd_sasl_path", (2, 3), "smtpd"),
    ("smtpd_sasl_type", (2, 3), "cyrus"),
    ("smtpd_sender_restrictions", (2, 0), ""),
    ("smtpd_tls_auth_only", (2, 2), "no"),
    ("smtpd_tls_cert_file", (2, 2), ""),
    ("smtpd_tls_chain_files", (3, 4), ""),
    ("smtpd_tls_loglevel", (2, 2), "0"),
    ("smtpd_tls_security_level", (2, 3), ""),
    ("smtpd_tls_wrappermode", (2, 2), "no"),
    ("smtpd_upstream_proxy_protocol", (2, 10), ""),
    ("smtpd_upstream_proxy_timeout", (2, 10), "5s"),
    ("smtpd_use_tls", (2, 2), "no"),
    ("smtputf8_enable", (3, 0), "${{$compatibility_level} <level {1} ? {no} : {yes}}"),
    ("soft_bounce", (2, 0), "no"),
    ("stress", (2, 0), ""),
    ("transport_maps", (2, 0), ""),
    ("unknown_client_reject_code", (2, 0), "450"),
    ("virtual_alias_domains", (2, 0), "$virtual_alias_maps"),
    ("virtual_alias_maps", (2, 0), "$virtual_maps"),
    ("virtual_mailbox_domains", (2, 0), "$virtual_mailbox_maps"),
    ("virtual_mailbox_maps", (2, 0), ""),
    ("virtual_maps", (2, 0), ""),
    ("virtual_transport", (2, 0), "virtual"),
)


def defaults(version: Version = LATEST) -> dict[str, str]:
    """The defaults of ``version``; names it does not know yet are missing."""
    newest = {name: value for name, since, value in _TABLE if since <= version}
    return {name: value for name, value in newest.items() if value is not None}


def version_of(text: str) -> Version | None:
    """The version in a ``mail_version`` such as ``3.7.11`` or ``3.9-20240101``; None when there is none."""
    major, _, rest = text.partition(".")
    minor = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    if not (major.isascii() and major.isdigit() and minor.isascii() and minor.isdigit()) or len(text) > 40:
        return None
    return int(major), int(minor)

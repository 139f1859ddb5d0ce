"""One Received header for each program that writes them, made up from what each writes, and what is to be read in it.

Names and addresses are those set aside for documentation. Parts that are not listed are None; the time is the same in
all: 22 November 2026, 18:00:01 UTC. Folding is free, so it is set here for reading.
"""

# ruff: noqa: E501 - a header stands as it is written

WRITERS: dict[str, tuple[str, dict[str, object]]] = {
    "postfix": (
        """from probe.example.net (host9.example.net [IPv6:2001:db8::9]) (using TLSv1.3 with cipher
            TLS_AES_256_GCM_SHA384 (256/256 bits) key-exchange X25519 server-signature RSA-PSS (2048 bits)
            server-digest SHA256) (No client certificate requested) by mx1.example.com (Postfix) with ESMTPS id
            4BzQ3t1mZvz9s for <user@example.com>; Sun, 22 Nov 2026 18:00:01 +0000 (UTC)""",
        {
            "helo": "probe.example.net",
            "reverse_name": "host9.example.net",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "ESMTPS",
            "tls": True,
            "id": "4BzQ3t1mZvz9s",
            "recipient": "user@example.com",
        },
    ),
    "postfix, a literal as HELO and a certificate": (
        """from [IPv6:2001:db8::bad] (unknown [IPv6:2001:db8::9]) (using TLSv1.2 with cipher AES128-SHA
            (128/128 bits)) (Client CN "192.0.2.77", Issuer "Example (R) CA" (verified OK)) (Authenticated
            sender: u@[192.0.2.78]) by mx1.example.com (Postfix) with ESMTPSA id 1; Sun, 22 Nov 2026 18:00:01
            +0000""",
        {
            "helo": "[IPv6:2001:db8::bad]",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "ESMTPSA",
            "tls": True,
            "id": "1",
        },
    ),
    "postfix, plain and nothing known of the client": (
        """from [192.0.2.66] (unknown [unknown]) by mx1.example.com (Postfix) with SMTP id 1; Sun, 22 Nov 2026
            18:00:01 +0000""",
        {"helo": "[192.0.2.66]", "by": "mx1.example.com", "protocol": "SMTP", "tls": False, "id": "1"},
    ),
    "postfix, a client that calls itself by": (
        """from by (with [IPv6:2001:db8::9]) by mx1.example.com (Postfix) with ESMTP id 1; Sun, 22 Nov 2026
            18:00:01 +0000""",
        {
            "helo": "by",
            "reverse_name": "with",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "ESMTP",
            "tls": False,
            "id": "1",
        },
    ),
    "exim, name and helo": (
        """from host9.example.net ([2001:db8::9] helo=probe.example.net ident=[192.0.2.9]) by mx1.example.com
            with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.97) (envelope-from <>) id
            1tsNIS-00000002QEt-2cM2 for user@example.com; Sun, 22 Nov 2026 18:00:01 +0000""",
        {
            "helo": "probe.example.net",
            "reverse_name": "host9.example.net",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "ESMTPS",
            "tls": True,
            "id": "1tsNIS-00000002QEt-2cM2",
            "recipient": "user@example.com",
        },
    ),
    "exim, helo is the name": (
        """from host9.example.net ([2001:db8::9]) by mx1.example.com with esmtp (Exim 4.98 #2 (Example Linux))
            id 1; Sun, 22 Nov 2026 18:00:01 +0000""",
        {
            "helo": "host9.example.net",
            "reverse_name": "host9.example.net",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "ESMTP",
            "tls": False,
            "id": "1",
        },
    ),
    "exim, no name": (
        """from [2001:db8::9] (port=4025 helo=[IPv6:2001:db8::bad]) by mx1.example.com with esmtpsa (TLS1.2)
            tls X (Exim 4.97) id 1; Sun, 22 Nov 2026 18:00:01 +0000""",
        {
            "helo": "[IPv6:2001:db8::bad]",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "ESMTPSA",
            "tls": True,
            "id": "1",
        },
    ),
    "sendmail": (
        """from probe.example.net (IDENT:joe@host9.example.net [IPv6:2001:db8:0:0:0:0:0:9] (may be forged))
            (authenticated bits=0) by mx1.example.com (8.17.1/8.17.1) with ESMTPS id 4ALI01abc012345
            (version=TLSv1.3 cipher=X bits=256 verify=NO) for <user@example.com>; Sun, 22 Nov 2026 19:00:01
            +0100 (CET)""",
        {
            "helo": "probe.example.net",
            "reverse_name": "host9.example.net",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "ESMTPS",
            "tls": True,
            "id": "4ALI01abc012345",
            "recipient": "user@example.com",
        },
    ),
    "sendmail, submitted on the host": (
        """(from joe@localhost) by mx1.example.com (8.17.1/8.17.1/Submit) id 4ALI01abc012345; Sun, 22 Nov 2026
            18:00:01 +0000""",
        {"by": "mx1.example.com", "id": "4ALI01abc012345"},
    ),
    "opensmtpd": (
        """from probe.example.net (<unknown> [2001:db8::9]) by mx1.example.com (OpenSMTPD) with ESMTPS id
            e858df75 (TLSv1.3:X:256:NO) for <user@example.com>; Sun, 22 Nov 2026 18:00:01 +0000 (UTC)""",
        {
            "helo": "probe.example.net",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "ESMTPS",
            "tls": True,
            "id": "e858df75",
            "recipient": "user@example.com",
        },
    ),
    "opensmtpd, source masked": (
        """by mx1.example.com (OpenSMTPD) with ESMTP id e858df75; Sun, 22 Nov 2026 18:00:01 +0000""",
        {"by": "mx1.example.com", "protocol": "ESMTP", "tls": False, "id": "e858df75"},
    ),
    "qmail, patched for IPv6": (
        """from host9.example.net (HELO probe.example.net) (joe@2001:db8::9) by mx1.example.com with ESMTP; 22
            Nov 2026 18:00:01 -0000""",
        {
            "helo": "probe.example.net",
            "reverse_name": "host9.example.net",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "ESMTP",
            "tls": False,
        },
    ),
    "qmail, no name": (
        """from unknown (HELO probe.example.net) (192.0.2.9) by mx1.example.com with SMTP; 22 Nov 2026 18:00:01
            -0000""",
        {
            "helo": "probe.example.net",
            "address": "192.0.2.9",
            "by": "mx1.example.com",
            "protocol": "SMTP",
            "tls": False,
        },
    ),
    "qmail, between its own programs": (
        """(qmail 4711 invoked by uid 89); 22 Nov 2026 18:00:01 -0000""",
        {},
    ),
    "courier": (
        """from probe.example.net (host9.example.net [::ffff:192.0.2.9]) (AUTH: LOGIN u@[192.0.2.66], TLS:
            TLSv1.3,256bits,X) by mx1.example.com with ESMTPSA; Sun, 22 Nov 2026 18:00:01 +0000 id
            00000000000A0B1C.000000006922,0001""",
        {
            "helo": "probe.example.net",
            "reverse_name": "host9.example.net",
            "address": "192.0.2.9",
            "by": "mx1.example.com",
            "protocol": "ESMTPSA",
            "tls": True,
            "id": "00000000000A0B1C.000000006922,0001",
        },
    ),
    "courier, the name look-up failed": (
        """from probe.example.net (softdnserr [2001:db8::9]) (TLS: TLSv1.2,128bits,X) by mx1.example.com with
            esmtp; Sun, 22 Nov 2026 18:00:01 +0000 id 1""",
        {
            "helo": "probe.example.net",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "ESMTP",
            "tls": True,
            "id": "1",
        },
    ),
    "exchange": (
        """from probe.example.net (2001:db8::9) by mx1.example.com (2001:db8:1::25) with Microsoft SMTP Server
            (version=TLS1_2, cipher=X) id 15.20.7091.24 via Frontend Transport; Sun, 22 Nov 2026 18:00:01 +0000""",
        {
            "helo": "probe.example.net",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "Microsoft SMTP Server",
            "tls": True,
            "id": "15.20.7091.24",
        },
    ),
    "exchange, inside, with a zone": (
        """from a.example.com ([fe80::a639:b02c:5189:7140]) by mx1.example.com ([fe80::a639:b02c:5189:7141%7])
            with mapi id 15.20; Sun, 22 Nov 2026 18:00:01 +0000""",
        {
            "helo": "a.example.com",
            "address": "fe80::a639:b02c:5189:7140",
            "by": "mx1.example.com",
            "protocol": "mapi",
            "id": "15.20",
        },
    ),
    "exchange, the client's zone": (
        """from a.example.com ([fe80::1%12]) by mx1.example.com with HTTPS via a.example.com; Sun, 22 Nov 2026
            18:00:01 +0000""",
        {"helo": "a.example.com", "address": "fe80::1", "by": "mx1.example.com", "protocol": "HTTPS", "tls": True},
    ),
    "gmail": (
        """from probe.example.net (host9.example.net. [2001:db8::9]) by mx.example.org with ESMTPS id
            z8si5551212ilq.142.2026.11.22 for <user@example.com> (version=TLS1_3 cipher=X bits=256/256); Sun, 22
            Nov 2026 10:00:01 -0800 (PST)""",
        {
            "helo": "probe.example.net",
            "reverse_name": "host9.example.net",
            "address": "2001:db8::9",
            "by": "mx.example.org",
            "protocol": "ESMTPS",
            "tls": True,
            "id": "z8si5551212ilq.142.2026.11.22",
            "recipient": "user@example.com",
        },
    ),
    "gmail, inside": (
        """by 2002:a05:6a00:1: with SMTP id z8; Sun, 22 Nov 2026 18:00:01 +0000""",
        {"by": "2002:a05:6a00:1:", "protocol": "SMTP", "tls": False, "id": "z8"},
    ),
    "yahoo": (
        """from host9.example.net (EHLO probe.example.net) ([192.0.2.9]) by smtp4.example.org (JAMES SMTP
            Server ) with ESMTPA ID 42; Sun, 22 Nov 2026 18:00:01 +0000""",
        {
            "helo": "probe.example.net",
            "reverse_name": "host9.example.net",
            "address": "192.0.2.9",
            "by": "smtp4.example.org",
            "protocol": "ESMTPA",
            "tls": False,
            "id": "42",
        },
    ),
    "yahoo, from the web": (
        """by sonic.example.org with HTTP; Sun, 22 Nov 2026 18:00:01 +0000""",
        {"by": "sonic.example.org", "protocol": "HTTP"},
    ),
    "james": (
        """from host9.example.net (EHLO [IPV6:2001:db8:1::f0c5:cafe]) ([2001:db8:0:0:0:0:0:9]) by
            mx1.example.com (JAMES SMTP Server ) with ESMTPA ID 42; Sun, 22 Nov 2026 18:00:01 +0000""",
        {
            "helo": "[IPV6:2001:db8:1::f0c5:cafe]",
            "reverse_name": "host9.example.net",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "ESMTPA",
            "tls": False,
            "id": "42",
        },
    ),
    "haraka": (
        """from probe.example.net (host9.example.net [2001:db8::9]) by mx1.example.com (Haraka/3.0.3) with
            ESMTPS id 0BD6A3F0-5B7A.1 envelope-from <> tls TLS_AES_256_GCM_SHA384; Sun, 22 Nov 2026 18:00:01
            +0000""",
        {
            "helo": "probe.example.net",
            "reverse_name": "host9.example.net",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "ESMTPS",
            "tls": True,
            "id": "0BD6A3F0-5B7A.1",
        },
    ),
    "haraka, bare": (
        """from probe.example.net (2001:db8::9) by mx1.example.com (Haraka) with ESMTP id X.1 envelope-from <>;
            Sun, 22 Nov 2026 18:00:01 +0000""",
        {
            "helo": "probe.example.net",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "ESMTP",
            "tls": False,
            "id": "X.1",
        },
    ),
    "dovecot lmtp": (
        """from mx1.example.com ([2001:db8::9]) (using TLSv1.3 with cipher X (256/256 bits)) by
            store.example.com with LMTPS id qYyyBMsl9FRuZQAA (envelope-from <>) for <user@example.com>; Sun, 22
            Nov 2026 18:00:01 +0000""",
        {
            "helo": "mx1.example.com",
            "address": "2001:db8::9",
            "by": "store.example.com",
            "protocol": "LMTPS",
            "tls": True,
            "id": "qYyyBMsl9FRuZQAA",
            "recipient": "user@example.com",
        },
    ),
    "dovecot lmtp, over a socket": (
        """from mx1.example.com by store.example.com with LMTP id qYyy for <user@example.com>; Sun, 22 Nov 2026
            18:00:01 +0000""",
        {
            "helo": "mx1.example.com",
            "by": "store.example.com",
            "protocol": "LMTP",
            "tls": False,
            "id": "qYyy",
            "recipient": "user@example.com",
        },
    ),
    "zmailer": (
        """from host9.example.net ([IPv6:::ffff:192.0.2.9]:60343 "EHLO [192.0.2.66]") by vger.example.org with
            ESMTP id S1 (ORCPT <rfc822;user@example.com>); Sun, 22 Nov 2026 18:00:01 +0000""",
        {
            "helo": "[192.0.2.66]",
            "reverse_name": "host9.example.net",
            "address": "192.0.2.9",
            "by": "vger.example.org",
            "protocol": "ESMTP",
            "tls": False,
            "id": "S1",
        },
    ),
    "amavis": (
        """from mx1.example.com ([IPv6:::ffff:192.0.2.9]) by localhost (mx1.example.com [::ffff:192.0.2.66])
            (amavisd-new, port 10024) with ESMTP id AbC-dEf for <user@example.com>; Sun, 22 Nov 2026 18:00:01
            +0000""",
        {
            "helo": "mx1.example.com",
            "address": "192.0.2.9",
            "by": "localhost",
            "protocol": "ESMTP",
            "tls": False,
            "id": "AbC-dEf",
            "recipient": "user@example.com",
        },
    ),
    "amavis, no name": (
        """from ([IPv6:::ffff:192.0.2.9]) by mx1.example.com (mx1.example.com [::ffff:192.0.2.66])
            (amavisd-new, port 10024); Sun, 22 Nov 2026 18:00:01 +0000""",
        {"address": "192.0.2.9", "by": "mx1.example.com"},
    ),
    "halon": (
        """from probe.example.net (host9.example.net [2001:db8::9]) by mx1.example.com (Halon) with ESMTPS id
            0bd6a3f0-5b7a-11f0-8000-0123456789ab; Sun, 22 Nov 2026 18:00:01 +0000""",
        {
            "helo": "probe.example.net",
            "reverse_name": "host9.example.net",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "ESMTPS",
            "tls": True,
            "id": "0bd6a3f0-5b7a-11f0-8000-0123456789ab",
        },
    ),
    "a name that looks like a note": (
        """from probe.example.net (tls1.example.net [2001:db8::9]) by tls1.2.example.com (tls1.example.net
            [192.0.2.66]) with ESMTP; Sun, 22 Nov 2026 18:00:01 +0000""",
        {
            "helo": "probe.example.net",
            "reverse_name": "tls1.example.net",
            "address": "2001:db8::9",
            "by": "tls1.2.example.com",
            "protocol": "ESMTP",
            "tls": False,
        },
    ),
    "qpsmtpd, TLS in front of the protocol": (
        "from host9.example.net (HELO probe.example.net) (2001:db8::9) by mx1.example.com (qpsmtpd/0.94) with (AES256-SHA encrypted) ESMTPS; Sun, 22 Nov 2026 18:00:01 +0000",
        {
            "helo": "probe.example.net",
            "reverse_name": "host9.example.net",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "ESMTPS",
            "tls": True,
        },
    ),
    "qpsmtpd, TLS said only there": (
        "from host9.example.net (HELO probe.example.net) (192.0.2.9) (smtp-auth username u@192.0.2.66, mechanism plain) by mx1.example.com (qpsmtpd/0.84) with (AES256-SHA encrypted) SMTP; Sun, 22 Nov 2026 18:00:01 +0000",
        {
            "helo": "probe.example.net",
            "reverse_name": "host9.example.net",
            "address": "192.0.2.9",
            "by": "mx1.example.com",
            "protocol": "SMTP",
            "tls": True,
        },
    ),
    "IronPort": (
        "from unknown (HELO probe.example.net) ([192.0.2.9]) by mx1.example.com with ESMTP/TLS/ECDHE-RSA-AES256-GCM-SHA384; Sun, 22 Nov 2026 18:00:01 +0000",
        {
            "helo": "probe.example.net",
            "address": "192.0.2.9",
            "by": "mx1.example.com",
            "protocol": "ESMTP/TLS/ECDHE-RSA-AES256-GCM-SHA384",
            "tls": True,
        },
    ),
    "an appliance, no parentheses": (
        "from unknown [192.0.2.9] by mx1.example.com with SMTP (EGate); Sun, 22 Nov 2026 18:00:01 +0000",
        {"helo": "unknown", "address": "192.0.2.9", "by": "mx1.example.com", "protocol": "SMTP", "tls": False},
    ),
    "Mirapoint, one parenthesis missing": (
        "from probe.example.net (192.0.2.9 by mx1.example.com (MOS 4.4.2a-FCS FastPath queued) with ESMTP id 1; Sun, 22 Nov 2026 18:00:01 +0000",
        {
            "helo": "probe.example.net",
            "address": "192.0.2.9",
            "by": "mx1.example.com",
            "protocol": "ESMTP",
            "tls": False,
            "id": "1",
        },
    ),
    "CommuniGate Pro, with an account": (
        "from [2001:db8::9] (account u@example.com HELO [IPv6:2001:db8::bad]) by mx1.example.com (CommuniGate Pro SMTP 6.2.1) with ESMTPSA id 1; Sun, 22 Nov 2026 18:00:01 +0000",
        {
            "helo": "[IPv6:2001:db8::bad]",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "ESMTPSA",
            "tls": True,
            "id": "1",
        },
    ),
    "Rockliffe": (
        "from probe.example.net (unverified [192.0.2.9]) by mx1.example.com (Rockliffe SMTPRA 7.0.6) with ESMTP id 1; Sun, 22 Nov 2026 18:00:01 +0000",
        {
            "helo": "probe.example.net",
            "address": "192.0.2.9",
            "by": "mx1.example.com",
            "protocol": "ESMTP",
            "tls": False,
            "id": "1",
        },
    ),
    "a name glued to its address": (
        "from probe.example.net (host9.example.net[2001:db8::9]) (envelope-sender <u@[192.0.2.66]>) by mx1.example.com with ESMTP id 1; Sun, 22 Nov 2026 18:00:01 +0000",
        {
            "helo": "probe.example.net",
            "reverse_name": "host9.example.net",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "ESMTP",
            "tls": False,
            "id": "1",
        },
    ),
    "XMail": (
        "from probe.example.net ([192.0.2.9]:12345) by mx1.example.com ([192.0.2.25]:25) with [XMail 1.27 ESMTP Server] id <S1> for <user@example.com> from <a@example.net>; Sun, 22 Nov 2026 18:00:01 +0000",
        {
            "helo": "probe.example.net",
            "address": "192.0.2.9",
            "by": "mx1.example.com",
            "protocol": "[XMail 1.27 ESMTP Server]",
            "id": "S1",
            "recipient": "user@example.com",
        },
    ),
    "IceWarp": (
        "from probe.example.net (host9.example.net [192.0.2.9]) by mx1.example.com (IceWarp 12) with ASMTP (SSL) id 1; Sun, 22 Nov 2026 18:00:01 +0000",
        {
            "helo": "probe.example.net",
            "reverse_name": "host9.example.net",
            "address": "192.0.2.9",
            "by": "mx1.example.com",
            "protocol": "ASMTP",
            "tls": True,
            "id": "1",
        },
    ),
    "a service written in Go": (
        "by mx1.example.com with SMTP id 1; 2026-11-22 18:00:01.123456 +0000 UTC m=+1234.5678",
        {"by": "mx1.example.com", "protocol": "SMTP", "tls": False, "id": "1"},
    ),
    "Yahoo, an inner hop": (
        "from 192.0.2.9 (EHLO probe.example.net) by 10.0.0.1 with SMTPs (version=TLS1_2 cipher=TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256); Sun, 22 Nov 2026 18:00:01 +0000",
        {"helo": "probe.example.net", "address": "192.0.2.9", "by": "10.0.0.1", "protocol": "SMTPS", "tls": True},
    ),
    "GMX, two semicolons": (
        "from probe.example.net ([192.0.2.9]) by mx1.example.com (mxgmx017 [192.0.2.25]) with ESMTPS (Nemesis) id 1MX; for <user@example.com>; Sun, 22 Nov 2026 18:00:01 +0000",
        {
            "helo": "probe.example.net",
            "address": "192.0.2.9",
            "by": "mx1.example.com",
            "protocol": "ESMTPS",
            "tls": True,
            "id": "1MX",
            "recipient": "user@example.com",
        },
    ),
    "Stalwart, with the autonomous system": (
        "from probe.example.net (host9.example.net [2001:db8::9] (AS64496 Example, US)) (using TLSv1.3 with cipher TLS13_AES_256_GCM_SHA384) (No client certificate requested) by mx1.example.com (Stalwart SMTP) with ESMTPS id 33C; Sun, 22 Nov 2026 18:00:01 +0000",
        {
            "helo": "probe.example.net",
            "reverse_name": "host9.example.net",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "ESMTPS",
            "tls": True,
            "id": "33C",
        },
    ),
    "SquirrelMail": (
        "from 192.0.2.9 (SquirrelMail authenticated user u); by mx1.example.com with HTTP; Sun, 22 Nov 2026 18:00:01 +0000",
        {"helo": "192.0.2.9", "address": "192.0.2.9", "by": "mx1.example.com", "protocol": "HTTP"},
    ),
    "Zimbra, handed on by LMTP": (
        "from mx1.example.com (LHLO mx1.example.com) (192.0.2.25) by store.example.com with LMTP; Sun, 22 Nov 2026 18:00:01 +0000",
        {
            "helo": "mx1.example.com",
            "reverse_name": "mx1.example.com",
            "address": "192.0.2.25",
            "by": "store.example.com",
            "protocol": "LMTP",
            "tls": False,
        },
    ),
    "MailMarshal": (
        "from probe.example.net (Not Verified[2001:db8::9]) by mx1.example.com with Trustwave SEG (v7) (using TLS: TLSv1.2, AES256-SHA) id <B4c>; Sun, 22 Nov 2026 18:00:01 +0000",
        {
            "helo": "probe.example.net",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "Trustwave SEG",
            "tls": True,
            "id": "B4c",
        },
    ),
    "fetchmail": (
        "from pop.example.com [192.0.2.9] by localhost with POP3 (fetchmail-6.3.9) for <user@example.com> (single-drop); Sun, 22 Nov 2026 18:00:01 +0000",
        {
            "helo": "pop.example.com",
            "address": "192.0.2.9",
            "by": "localhost",
            "protocol": "POP3",
            "recipient": "user@example.com",
        },
    ),
    "in capitals": (
        "FROM probe.example.net (unknown [192.0.2.9]) By mx1.example.com ID 59E118C5.1901; Authuser u; Sun, 22 Nov 2026 18:00:01 +0000",
        {"helo": "probe.example.net", "address": "192.0.2.9", "by": "mx1.example.com", "id": "59E118C5.1901"},
    ),
    "chasquid": (
        """from [IPv6:2001:db8::9] (probe.example.net) by mx1.example.com (chasquid) with ESMTPS tls
            TLS_AES_128_GCM_SHA256 (over SMTP, TLS-1.3, envelope from "a@example.net") ; Sun, 22 Nov 2026 18:00:01
            +0000""",
        {
            "helo": "probe.example.net",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "ESMTPS",
            "tls": True,
        },
    ),
    "chasquid, a client that has logged in": (
        """from [192.0.2.66] by mx1.example.com (chasquid) with ESMTPSA tls X (over submission+TLS, TLS-1.3); Sun,
            22 Nov 2026 18:00:01 +0000""",
        {"helo": "[192.0.2.66]", "by": "mx1.example.com", "protocol": "ESMTPSA", "tls": True},
    ),
    "Maddy, with UTF-8": (
        """from probe.example.net (host9.example.net [2001:db8::9]) by mx1.example.com (envelope-sender
            <a@example.net>) with UTF8ESMTPS id 1a2b3c4d; Sun, 22 Nov 2026 18:00:01 +0000""",
        {
            "helo": "probe.example.net",
            "reverse_name": "host9.example.net",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "UTF8ESMTPS",
            "tls": True,
            "id": "1a2b3c4d",
        },
    ),
    "SendGrid, without a semicolon": (
        """from MTIzNDU2 (unknown) by geopod-1.example.com (SG) with HTTP id AbCdEf Sun, 22 Nov 2026 18:00:01.123
            +0000 (UTC)""",
        {"helo": "MTIzNDU2", "by": "geopod-1.example.com", "protocol": "HTTP", "id": "AbCdEf"},
    ),
    "SendGrid, its inner hop": (
        """by filter-5f.example.com with SMTP id filter-5f-1-12-1 2026-11-22 18:00:01.123456789 +0000 UTC
            m=+1234567.123456789""",
        {"by": "filter-5f.example.com", "protocol": "SMTP", "tls": False, "id": "filter-5f-1-12-1"},
    ),
    "Mimecast": (
        """from probe.example.net (host9.example.net [192.0.2.9]) by relay.example.com with ESMTP with STARTTLS
            (version=TLSv1.3, cipher=X) id uk-mta-1-AbC_1; Sun, 22 Nov 2026 18:00:01 +0000""",
        {
            "helo": "probe.example.net",
            "reverse_name": "host9.example.net",
            "address": "192.0.2.9",
            "by": "relay.example.com",
            "protocol": "ESMTP",
            "tls": True,
            "id": "uk-mta-1-AbC_1",
        },
    ),
    "MessageLabs": (
        """from unknown (HELO probe.example.net) (192.0.2.9) by server-1.example.com with
            ECDHE-RSA-AES256-GCM-SHA384 encrypted SMTP; 22 Nov 2026 18:00:01 -0000""",
        {
            "helo": "probe.example.net",
            "address": "192.0.2.9",
            "by": "server-1.example.com",
            "protocol": "SMTP",
            "tls": True,
        },
    ),
    "SmarterMail": (
        """from probe.example.net (UnknownHost [2001:db8::9]) by mx1.example.com with SMTP (version=TLS\\Tls12
            cipher=Aes256 bits=256); Sun, 22 Nov 2026 11:00:01 -0700""",
        {
            "helo": "probe.example.net",
            "address": "2001:db8::9",
            "by": "mx1.example.com",
            "protocol": "SMTP",
            "tls": True,
        },
    ),
}

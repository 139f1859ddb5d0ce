"""Configurations of Exim, OpenSMTPD and Sendmail that decide where they listen: each shows a rule, or a trap.

The machine they run on has 127.0.0.1 and ::1, and on the card ``mail0`` 192.0.2.25 and 2001:db8:25::25.
"""

# The main section, above what the test adds. Those of REFUSED Exim does not start with.
EXIM = (
    "",
    "local_interfaces = <; ::0 ; 0.0.0.0\ndaemon_smtp_ports = 25 : 587\n",
    "local_interfaces = 127.0.0.1 : ::::1\n",
    "local_interfaces = <; [::1]:2525 ; 127.0.0.1.26 ; [192.0.2.25] ; 2001:db8:25::25.27\n",
    "local_interfaces = <, ::1.2525, 127.0.0.1,\n",
    "local_interfaces = <; ::\n",
    "local_interfaces =\n",
    "disable_ipv6\nlocal_interfaces = <; ::1 ; 127.0.0.1\n",
    "MY = ::1\nPORT = 26\n.ifdef MY\nlocal_interfaces = <; MY.PORT\n.else\nlocal_interfaces = 127.0.0.1\n.endif\n",
    'hide local_interfaces = "<\\x3b ::1 ; 127.0.0.1"\n',
    "local_interfaces = 127.0.0.1 : \\\n  # in between\n  192.0.2.25\ndaemon_smtp_port = 26\n",
)
EXIM_REFUSED = (
    "local_interfaces = 127.0.0.1 : ::1\n",
    "local_interfaces = <; [::1].25\n",
    "local_interfaces = <;; ::1\n",
    "disable_ipv6 = 1\n",
)
# Asked by -bP only, no daemon is started: each of these with each of the others.
EXIM_INTERFACES = (
    "",
    "local_interfaces = <; ::1 ; 127.0.0.1\n",
    'local_interfaces = "<, ::0 , 192.0.2.25.587"\n',
    "WHERE = 127.0.0.1\nWHERE == 192.0.2.25 : WHERE\nlocal_interfaces = WHERE\n",
    ".ifndef NOWHERE\nlocal_interfaces = 127.0.0.1\n.elifdef NOWHERE\nlocal_interfaces = ::::1\n.endif\n",
)
EXIM_FAMILIES = ("", "disable_ipv6 = true\n", "not_disable_ipv6\n", "dns_ipv4_lookup = *\n",
                 "dns_ipv4_lookup = example.org : *\n", "dns_ipv4_lookup = !example.org : *\n")  # fmt: skip

OPENSMTPD = (
    "",
    "listen on socket\n",
    "listen on 0.0.0.0\nlisten on :: port 587\n",
    "listen on ::\n",
    "listen on localhost port 2525\n",
    "listen on mail0\n",
    "listen on mail0 inet6 port submission\n",
    'where = "mail0"\nlisten on $where inet4 # and no more\nlisten on "::1" \\\n  port 26\n',
    'listen on 127.0.0.1\ninclude "{place}/more.conf"\n',
)
OPENSMTPD_INCLUDED = "listen on ::1 port 2599\n"

_ALONE = "FEATURE(`no_default_msa')dnl\n"
SENDMAIL = (
    "",
    _ALONE,
    f"{_ALONE}DAEMON_OPTIONS(`Family=inet6, Name=MTA-v6, Port=smtp')dnl\n",
    "DAEMON_OPTIONS(`Name=MTA, Addr=127.0.0.1')dnl\nDAEMON_OPTIONS(`Name=MTA-v6, Family=inet6, Addr=::1')dnl\n",
    f"{_ALONE}dnl DAEMON_OPTIONS(`Family=inet6')\n  DAEMON_OPTIONS(`A=::1, F=inet6')DAEMON_OPTIONS(`P=26')\n",
    f"{_ALONE}DAEMON_OPTIONS(`Port=27,\n Family=inet6,\n Addr=IPv6:2001:db8:25::25')dnl\n",
    f"{_ALONE}DAEMON_OPTIONS(`Family=inet, Port=587, Addr=localhost, M=Ea')dnl\n",
    f"{_ALONE}LOCAL_CONFIG\nO DaemonPortOptions=Port=28, Family=inet6, Addr=::1\nO daemonportoptions = Port=29\n",
    f"{_ALONE}CLIENT_OPTIONS(`Family=inet6, Addr=2001:db8:25::25')dnl\n",
)

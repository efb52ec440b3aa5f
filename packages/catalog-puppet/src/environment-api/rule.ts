/**
 * The rule that lets a certificate read environments, in the three forms that administrators keep it in.
 * By regular expression, as a `path` rule would also open /environments and /environment_classes.
 */
export function accessRule(certname: string): string {
  return `For Puppet Server, in authorization.rules of /etc/puppetlabs/puppetserver/conf.d/auth.conf, then reload the server:

    {
      match-request: { path: "^/puppet/v3/environment/[^/]+$", type: regex, method: get }
      allow: ["${certname}"]
      sort-order: 510
      name: "environment for choirmaster"
    }

The same as Puppet code, with the module puppetlabs-puppet_authorization:

    puppet_authorization::rule { 'environment for choirmaster':
      match_request_path   => '^/puppet/v3/environment/[^/]+$',
      match_request_type   => 'regex',
      match_request_method => 'get',
      allow                => ['${certname}'],
      sort_order           => 510,
      path                 => '/etc/puppetlabs/puppetserver/conf.d/auth.conf',
      notify               => Service['puppetserver'],
    }

For a server on the old auth.conf (WEBrick, Rack, use-legacy-auth-conf), in /etc/puppetlabs/puppet/auth.conf above the last rule:

    path ~ ^/puppet/v3/environment/[^/]+$
    method find
    allow ${certname}`
}

/**
 * The rule that lets a certificate have catalogs compiled, in both forms that administrators keep it in. The shipped
 * rule of that path has the sort order 500 and denies everybody, so that this one must come before it.
 */
export function compileRule(certname: string): string {
  return `In authorization.rules of /etc/puppetlabs/puppetserver/conf.d/auth.conf, then reload the server:

    {
      match-request: { path: "/puppet/v4/catalog", type: path, method: post }
      allow: ["${certname}"]
      sort-order: 300
      name: "catalogs for choirmaster"
    }

The same as Puppet code, with the module puppetlabs-puppet_authorization:

    puppet_authorization::rule { 'catalogs for choirmaster':
      match_request_path   => '/puppet/v4/catalog',
      match_request_type   => 'path',
      match_request_method => 'post',
      allow                => ['${certname}'],
      sort_order           => 300,
      path                 => '/etc/puppetlabs/puppetserver/conf.d/auth.conf',
      notify               => Service['puppetserver'],
    }`
}

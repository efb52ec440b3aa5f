# @summary Declares a component of an application on the node in whose catalog it appears.
#
# The title is the component's reference, such as `Lamp::Mysql[app1]`. It is a name and nothing else: no type
# `Lamp::Mysql` needs to exist. A title belongs to one component of the environment, on one node; no compiler sees
# all nodes, so that Choirmaster checks it when it reads the graph from PuppetDB.
#
# Nothing is managed on the node, and a run reports no change because of it. Values do not travel from the
# producer to its consumers, the order does: take them from Hiera or from `puppetdb_query`.
#
# Declare it as it is. An exported one (`@@`) that is collected somewhere becomes a component of each collecting
# node as well, which Choirmaster refuses; a virtual one (`@`) that nobody realizes is not there at all.
#
# @example A database that a web server on another node waits for
#   node 'db1.example.net' {
#     choirmaster::component { 'Lamp::Mysql[app1]':
#       application => 'Lamp[app1]',
#       produces    => ['Sql[app1]'],
#     }
#   }
#   node 'web1.example.net' {
#     choirmaster::component { 'Lamp::Webapp[app1]':
#       application => 'Lamp[app1]',
#       consumes    => ['Sql[app1]'],
#     }
#   }
#
# @param application
#   The application that the component is a part of, such as `Lamp[app1]`.
#
# @param produces
#   Capabilities that are there once the node has run. Each capability of the environment has one producer.
#
# @param consumes
#   Capabilities that must be there before the node runs. Their producers may be on any node and of any application.
#
define choirmaster::component (
  Choirmaster::Ref        $application,
  Array[Choirmaster::Ref] $produces = [],
  Array[Choirmaster::Ref] $consumes = [],
) {
  assert_type(Choirmaster::Ref, $title) |$expected, $actual| {
    fail("choirmaster::component: the title '${title}' is no reference such as Lamp::Mysql[app1]")
  }
}

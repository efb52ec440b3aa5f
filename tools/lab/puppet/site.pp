# The two applications of docs/examples/lamp.json.
node 'dev1.example.net' {
  ['app1', 'app2'].each |$app| {
    choirmaster::component { "Lamp::Mysql[${app}]":
      application => "Lamp[${app}]",
      produces    => ["Sql[${app}]"],
    }
  }
}

node /^dev([2-4])\.example\.net$/ {
  $number = Integer($1) - 1
  ['app1', 'app2'].each |$app| {
    choirmaster::component { "Lamp::Webapp[${app}-${number}]":
      application => "Lamp[${app}]",
      consumes    => ["Sql[${app}]"],
    }
  }
}

node default { }

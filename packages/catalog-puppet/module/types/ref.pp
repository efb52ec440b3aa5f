# @summary A reference written as text, `Type::Name[title]`: of an application, a component or a capability.
#
# Each part of the type begins with a capital letter; the title is free text and not empty.
#
type Choirmaster::Ref = Pattern[/\A[A-Z]\w*(::[A-Z]\w*)*\[(.|\n)+\]\z/]

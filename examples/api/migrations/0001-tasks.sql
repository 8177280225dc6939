create table tasks (
  id integer primary key,
  title text not null,
  done integer not null default 0,
  created text not null
);

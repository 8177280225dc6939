create table users (
  id integer primary key,
  name text not null unique collate nocase,
  password_hash text not null
);

create table posts (
  id integer primary key,
  author_id integer not null references users (id),
  title text not null,
  text text not null,
  created text not null,
  -- The key of the form, so that a form that is sent twice creates one post.
  key text not null unique
);

from django.db import migrations

# Lists that were frozen line by line get the pieces that later ones are made of.
PIECES = """
    INSERT INTO rewards_listpiece (entry_list_id, first, first_token, text)
    SELECT line.entry_list_id, min(line.number), min(entry.token COLLATE "C"),
           string_agg(line.number || ',' || entry.token || ',' || line.person || E'\\n', ''
                      ORDER BY line.number)
    FROM rewards_listedentry line JOIN rewards_entry entry ON entry.id = line.entry_id
    GROUP BY line.entry_list_id, (line.number - 1) / 256
"""
# Later lists exist only as pieces: on the way back their lines become rows again.
NO_PIECES = """
    INSERT INTO rewards_listedentry (entry_list_id, number, entry_id, person)
    SELECT piece.entry_list_id, split_part(line, ',', 1)::int, entry.id, split_part(line, ',', 3)
    FROM rewards_listpiece piece,
         string_to_table(rtrim(piece.text, E'\\n'), E'\\n') line
         JOIN rewards_entry entry ON entry.token = split_part(line, ',', 2)
    ON CONFLICT DO NOTHING;
    ALTER TABLE rewards_listpiece DISABLE TRIGGER USER;
    DELETE FROM rewards_listpiece;
    ALTER TABLE rewards_listpiece ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0006_list_pieces")]

    operations = [migrations.RunSQL(PIECES, NO_PIECES)]

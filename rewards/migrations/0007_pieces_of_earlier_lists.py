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
NO_PIECES = """
    ALTER TABLE rewards_listpiece DISABLE TRIGGER USER;
    DELETE FROM rewards_listpiece;
    ALTER TABLE rewards_listpiece ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("rewards", "0006_list_pieces")]

    operations = [migrations.RunSQL(PIECES, NO_PIECES)]

// Properties of the language: which changes of a config's text keep its meaning, and which do not.
using System.Globalization;
using System.Text;
using CsCheck;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Plan;

namespace Tlpipe.Engine.Tests.Config;

public sealed class SameMeaningTests
{
    /// <summary>A config as a tree, so that tests can write it down in other ways: a mapping, a list or a scalar's text.</summary>
    private static readonly (string Key, object Value)[] Config =
    [
        ("name", "same"),
        ("properties", new (string, object)[] { ("seed", "7"), ("share", "1.25E-1"), ("word", "ação"), ("kept", new[] { "text", "label" }) }),
        ("stages", new (string, object)[]
        {
            ("a", new (string, object)[] { ("uses", "table"), ("with", new (string, object)[] { ("path", "a.csv") }) }),
            ("b", new (string, object)[]
            {
                ("uses", "pick"),
                ("with", new (string, object)[] { ("table", "a"), ("where", "split == \"$(word)\" and n < 1.5"), ("random_state", "$(seed)"), ("columns", "$(kept)") }),
            }),
            ("c", new (string, object)[] { ("uses", "cut"), ("with", new (string, object)[] { ("table", "b"), ("test_size", "$(share)") }) }),
            ("d", new (string, object)[]
            {
                ("uses", "learn"),
                ("matrix", new (string, object)[] { ("rate", new[] { "1e-5", "2.5e-5" }) }),
                ("with", new (string, object)[]
                {
                    ("model", new (string, object)[] { ("config_of", "b"), ("weights", "random") }),
                    ("train", "c:train"), ("learning_rate", "$(matrix.rate)"), ("lr_scheduler_type", "constant"),
                    ("weights", new[] { "0.5", "1e3" }), ("load_best_model_at_end", "false"),
                }),
            }),
            ("e", new (string, object)[] { ("uses", "comparison"), ("with", new (string, object)[] { ("results", "d.*") }) }),
        }),
        ("numerics", new (string, object)[] { ("dtype", "bf16") }),
    ];

    private static readonly Gen<int[]> Draws = Gen.Int[0, 9999].Array[200];

    [Fact]
    public void Order_of_keys_comments_quotes_style_line_endings_and_anchors_change_nothing()
    {
        var plain = Meaning(new Writing([.. Enumerable.Repeat(0, 200)]).Text(Config));

        Draws.Sample(draws =>
        {
            var text = new Writing(draws).Text(Config);
            Assert.Equal(plain, Meaning(text));
        }, iter: 150);
    }

    [Fact]
    public void Imports_mean_what_the_same_text_inlined_means()
    {
        var inlined = Meaning(new Writing([.. Enumerable.Repeat(0, 200)]).Text(Config));

        Draws.Sample(draws =>
        {
            var sections = Config.Select((section, i) => (section, part: draws[i] % 3)).ToList();
            var stages = ((string, object)[])Config.Single(section => section.Key == "stages").Value;
            var parts = Enumerable.Range(0, 3).Select(part => sections
                .Where(s => s.part == part && s.section.Key != "stages").Select(s => s.section)
                .Concat(stages.Where((_, i) => draws[50 + i] % 3 == part) is var own && own.Any() ? [("stages", own.ToArray())] : [])
                .ToArray()).ToList();
            using var file = new ConfigFile(new Writing(draws).Text([("imports", new[] { "one.yaml", "two.yaml" }), .. parts[0]]));
            file.Write("one.yaml", new Writing(draws[20..]).Text(parts[1]));
            file.Write("two.yaml", new Writing(draws[40..]).Text(parts[2]));
            Assert.Equal(inlined, Meaning(file.Load(), file.Folder));
        }, iter: 100);
    }

    [Fact]
    public void A_culture_with_a_decimal_comma_changes_nothing()
    {
        var text = new Writing([.. Enumerable.Repeat(0, 200)]).Text(Config);
        var expected = Meaning(text);
        var before = CultureInfo.CurrentCulture;
        // The program runs without the tables of cultures, so pt-BR's signs are set by hand.
        var brazilian = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (brazilian.NumberFormat.NumberDecimalSeparator, brazilian.NumberFormat.NumberGroupSeparator) = (",", ".");
        (brazilian.NumberFormat.NegativeSign, brazilian.DateTimeFormat.DateSeparator) = ("−", "-");
        try
        {
            CultureInfo.CurrentCulture = brazilian;

            Assert.Equal("0,5", 0.5.ToString(brazilian));
            Assert.Equal(expected, Meaning(text));
            Assert.Contains("'0,5' is not a number", Assert.Single(ConfigFile.Errors(text.Replace("1.25E-1", "\n   0,5", StringComparison.Ordinal))), StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Texts_in_another_Unicode_form_are_different_texts()
    {
        var composed = new Writing([.. Enumerable.Repeat(0, 200)]).Text(Config);
        // c with a cedilla and a with a tilde, each as a letter and its sign (NFD).
        var decomposed = composed.Replace("ação", "ac\u0327a\u0303o", StringComparison.Ordinal);

        Assert.NotEqual(composed, decomposed);
        Assert.NotEqual(Meaning(composed), Meaning(decomposed));
    }

    [Fact]
    public void Another_value_is_another_meaning()
    {
        var text = new Writing([.. Enumerable.Repeat(0, 200)]).Text(Config);

        Assert.All(
            new[] { ("7", "8"), ("1.25E-1", "0.13"), ("\"weights\": random", "\"weights\": pretrained"), ("false", "true"), ("bf16", "fp32"), ("c:train", "c:test"), ("2.5e-5", "3e-5"), ("1.5", "2") },
            change => Assert.NotEqual(Meaning(text), Meaning(text.Replace(change.Item1, change.Item2, StringComparison.Ordinal))));
        Assert.Equal(Meaning(text), Meaning(text.Replace("1.25E-1", "0.125", StringComparison.Ordinal).Replace("1e3", "1000.0", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_resolved_config_without_a_matrix_means_what_it_came_from()
    {
        var text = new Writing([.. Enumerable.Repeat(0, 200)]).Text(Config)
            .Replace("$(matrix.rate)", "3e-5", StringComparison.Ordinal).Replace("d.*", "d", StringComparison.Ordinal);
        text = text.Remove(text.IndexOf("    \"matrix\"", StringComparison.Ordinal), text.IndexOf("    \"with\":\n      \"model\"", StringComparison.Ordinal) - text.IndexOf("    \"matrix\"", StringComparison.Ordinal));
        using var file = new ConfigFile(text);
        var resolved = new StringWriter();

        ConfigView.Resolved(file.Load()).WriteYaml(resolved, origins: true);

        var before = Meaning(file.Load(), file.Folder);
        file.Write("c.yaml", resolved.ToString());
        Assert.Equal(before, Meaning(file.Load(), file.Folder));
    }

    private static string Meaning(string yaml)
    {
        using var file = new ConfigFile(yaml);
        try
        {
            return Meaning(file.Load(), file.Folder);
        }
        catch (PipelineException problem)
        {
            throw new InvalidOperationException($"{problem.Message}\n{yaml}", problem);
        }
    }

    /// <summary>Everything that decides results: the key of every instance, and the order in which they run.</summary>
    private static string Meaning(Pipeline pipeline, string folder)
    {
        File.WriteAllText(Path.Combine(folder, "a.csv"), "the same table");
        var keys = new InstanceKeys(pipeline);
        return string.Join('\n', pipeline.Stages.OrderBy(stage => stage.Name, StringComparer.Ordinal).Select(stage =>
            $"{stage.Name} {keys.Document(stage, input => $"{input.Stage}:{input.Output}").Key} {string.Join(' ', stage.Needs.Order(StringComparer.Ordinal))} "
            + OptionsDocument.Write(stage.Kind.Options, stage.Options, executionOnly: false).ToJsonString()))
            + $"\n{pipeline.Name} {pipeline.Numerics.Word} {pipeline.Runtime}";
    }

    /// <summary>Writes a tree as YAML; each draw decides one matter of style, and all zeros are the plainest style.</summary>
    private sealed class Writing(int[] draws)
    {
        private int at;
        private int braces;
        private string? anchored;

        public string Text((string Key, object Value)[] config)
        {
            var text = new StringBuilder();
            if (Draw(2) == 1)
                text.Append("# a comment: { with: signs }\n\n");
            Mapping(text, config, 0);
            return Draw(3) == 1 ? text.ToString().Replace("\n", "\r\n", StringComparison.Ordinal) : text.ToString();
        }

        private int Draw(int choices) => draws[at++ % draws.Length] % choices;

        private void Mapping(StringBuilder text, (string Key, object Value)[] mapping, int indent)
        {
            var entries = mapping.ToList();
            for (var left = entries.Count; left > 0; left--)
            {
                var pick = Draw(left);
                var (key, value) = entries[pick];
                entries.RemoveAt(pick);
                text.Append(' ', indent).Append(Draw(3) switch { 1 => $"'{key}'", 2 => key, _ => $"\"{key}\"" }).Append(':');
                Value(text, value, indent + 2);
                if (Draw(4) == 1)
                    text.Append(' ', Draw(9)).Append("# ").Append(key).Append(": other\n");
            }
        }

        private void Value(StringBuilder text, object value, int indent)
        {
            switch (value)
            {
                case (string, object)[] mapping when Draw(3) != 1:
                    text.Append(Draw(3) == 1 ? "   # what follows\n" : "\n");
                    Mapping(text, mapping, indent);
                    break;
                case string[] list when Draw(2) == 1:
                    text.Append('\n');
                    foreach (var element in list)
                        text.Append(' ', indent).Append("- ").Append(Scalar(element)).Append('\n');
                    break;
                default:
                    text.Append(' ', 1 + Draw(3)).Append(Flow(value)).Append(Draw(3) == 1 ? "  # so\n" : "\n");
                    break;
            }
        }

        private string Flow(object value) => value switch
        {
            (string Key, object Value)[] mapping => InBraces(mapping),
            string[] list => $"[{string.Join(Draw(2) == 1 ? "," : " , ", list.Select(Scalar))}]",
            _ => Scalar((string)value),
        };

        private string InBraces((string Key, object Value)[] mapping)
        {
            braces++;
            var text = "{ " + string.Join(", ", mapping.Select(entry => $"{entry.Key}: {Flow(entry.Value)}")) + " }";
            braces--;
            return text;
        }

        private string Scalar(string text)
        {
            // Numbers and switches in quotes are text, which is another value.
            if (double.TryParse(text, CultureInfo.InvariantCulture, out _) || text is "true" or "false")
                return text;
            var written = Draw(3) switch
            {
                1 => $"'{text}'",
                2 => "\"" + text.Replace("\"", "\\\"", StringComparison.Ordinal) + "\"",
                _ => text.Any(letter => letter is '"' or '*' or '[' or ',' or '<') ? $"'{text}'" : text,
            };
            if (anchored == text)
                return "*same";
            // YamlDotNet cannot read an anchor before a scalar in braces (its issue 949).
            if (anchored is not null || braces > 0 || Draw(9) != 1)
                return written;
            anchored = text;
            return "&same " + written;
        }
    }
}

// Reads the grammar files of the folder Phrases and makes phrases from them.
using System.Globalization;
using System.Text;
using Tlpipe.Text.RandomNumbers;

namespace Tlpipe.Text.Reviews;

/// <summary>
/// A grammar read from text. A line that begins with "#" is a comment. A line that ends in ":" begins a rule; each line below it is
/// one way to say it, frequent ones first (the n-th is drawn with weight (n+1)^-1.5: people mostly say the same few things), rare ones
/// below "--". In a line
/// <code>
/// {rule}          another rule, {rule.TOPIC} if the speaker's topic has a rule of its own
/// {+rule} {-rule} good.rule or bad.rule, by the speaker's opinion; "-" reverses it, also for the slots inside
/// {?rule}         half of the time, with a space after it
/// {NOUN}          a noun, written "casa/fs" in its rule (m or f, s or p); the line's brackets agree with its first noun
/// {2..9}          a number
/// [o]  [s]        lind[o]: lindo linda lindos lindas;  grande[s]: grande grandes
/// [e|sao]         singular|plural;  [bom|boa|bons|boas]: masculine, feminine, and their plurals
/// </code>
/// </summary>
internal sealed class PhraseGrammar
{
    private readonly Dictionary<string, Rule> rules = new(StringComparer.Ordinal);

    public PhraseGrammar(params ReadOnlySpan<string> texts)
    {
        foreach (var text in texts)
            Read(text);
        CheckSlots();
    }

    /// <summary>Reads embedded grammar files: <c>good</c> is <c>Phrases/good.grammar</c>.</summary>
    public static PhraseGrammar Load(params ReadOnlySpan<string> files)
    {
        var texts = new string[files.Length];
        for (var i = 0; i < files.Length; i++)
            texts[i] = ReadFile($"phrases/{files[i]}.grammar");
        return new PhraseGrammar(texts);
    }

    private static string ReadFile(string resource)
    {
        using var stream = typeof(PhraseGrammar).Assembly.GetManifestResourceStream(resource)
            ?? throw new ArgumentException($"the assembly has no resource '{resource}'", nameof(resource));
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    public string Expand(string rule, Speaker speaker) => ExpandSlot(rule, speaker, speaker.Positive, speaker.Product.Agreement);

    /// <summary>Draws a noun from a noun rule, as {NOUN} does.</summary>
    public Noun PickNoun(string rule, Speaker speaker) => Noun.Parse(Pick(Find(rule, speaker.Topic)!, speaker));

    private void Read(string text)
    {
        Rule? rule = null;
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith('#'))
                continue;
            if (line.EndsWith(':'))
                rules.Add(line[..^1], rule = new Rule());
            else if (rule is null)
                throw new ArgumentException($"'{line}' stands before the first rule");
            else if (line == "--")
                rule.FirstRare = rule.Lines.Count;
            else
                rule.Add(line);
        }
    }

    private void CheckSlots()
    {
        foreach (var (name, rule) in rules)
        {
            foreach (var line in rule.Lines)
            {
                foreach (var slot in Slots(line))
                {
                    if (!IsDefined(slot))
                        throw new ArgumentException($"rule '{name}' names '{slot}', which is not defined, in '{line}'");
                }
            }
        }
    }

    private bool IsDefined(string slot) => slot switch
    {
        ['+' or '-', .. var rest] => IsDefined("good." + rest) && IsDefined("bad." + rest),
        ['?', .. var rest] => IsDefined(rest),
        "PRODUCT" => true,
        _ => IsRange(slot) || rules.Keys.Any(rule => rule == slot || rule.StartsWith(slot + ".", StringComparison.Ordinal)),
    };

    private string ExpandSlot(string slot, Speaker speaker, bool positive, Agreement agreement)
    {
        switch (slot[0])
        {
            case '?':
                return speaker.Random.Chance(0.5) ? ExpandSlot(slot[1..], speaker, positive, agreement) + " " : "";
            case '-':
                return ExpandSlot("+" + slot[1..], speaker, !positive, agreement);
            case '+':
                slot = (positive ? "good." : "bad.") + slot[1..];
                break;
        }
        if (IsRange(slot))
            return Number(slot, speaker.Random);
        var rule = Find(slot, speaker.Topic) ?? throw new ArgumentException($"no rule '{slot}' for the topic '{speaker.Topic}'", nameof(slot));
        return ExpandLine(Pick(rule, speaker), speaker, positive, agreement);
    }

    /// <summary>The line's first noun is drawn before anything is written, because articles and brackets may stand before it.</summary>
    private string ExpandLine(string line, Speaker speaker, bool positive, Agreement agreement)
    {
        var subjectSlot = Slots(line).FirstOrDefault(IsNoun);
        Noun? subject = subjectSlot is null ? null : NounFor(subjectSlot, speaker);
        agreement = subject?.Agreement ?? agreement;
        var written = new StringBuilder();
        for (var i = 0; i < line.Length; i++)
        {
            var close = line[i] switch { '{' => line.IndexOf('}', i), '[' => line.IndexOf(']', i), _ => -1 };
            if (close < 0)
            {
                written.Append(line[i]);
                continue;
            }
            var inside = line[(i + 1)..close];
            if (line[i] == '[')
                written.Append(agreement.Choose(inside));
            else if (!IsNoun(inside))
                written.Append(ExpandSlot(inside, speaker, positive, agreement));
            else
            {
                written.Append((subject ?? NounFor(inside, speaker)).Text);
                subject = null;
            }
            i = close;
        }
        return written.ToString();
    }

    private Noun NounFor(string slot, Speaker speaker) => slot == "PRODUCT" ? speaker.Product : PickNoun(slot, speaker);

    private Rule? Find(string name, string topic) => rules.GetValueOrDefault($"{name}.{topic}") ?? rules.GetValueOrDefault(name);

    private static string Pick(Rule rule, Speaker speaker) => speaker.RareOnly && rule.FirstRare > 0
        ? rule.Lines[rule.FirstRare + speaker.Random.Below(rule.Lines.Count - rule.FirstRare)]
        : rule.PickByRank(speaker.Random);

    private static string Number(string range, SplitMix64 random)
    {
        var ends = range.Split("..");
        var low = int.Parse(ends[0], CultureInfo.InvariantCulture);
        var high = int.Parse(ends[1], CultureInfo.InvariantCulture);
        return (low + random.Below(high - low + 1)).ToString(CultureInfo.InvariantCulture);
    }

    private static bool IsRange(string slot) => char.IsAsciiDigit(slot[0]);

    private static bool IsNoun(string slot) => char.IsAsciiLetterUpper(slot[0]);

    private static IEnumerable<string> Slots(string line)
    {
        for (var open = line.IndexOf('{'); open >= 0; open = line.IndexOf('{', open + 1))
            yield return line[(open + 1)..line.IndexOf('}', open)];
    }

    private sealed class Rule
    {
        private const int WeightOfOne = 1_000_000;

        private readonly List<int> cumulated = [];

        public List<string> Lines { get; } = [];

        /// <summary>The index of the first rare line; 0 if the rule has no rare lines.</summary>
        public int FirstRare { get; set; }

        public void Add(string line)
        {
            Lines.Add(line);
            cumulated.Add((cumulated.Count == 0 ? 0 : cumulated[^1]) + (int)(WeightOfOne / ((Lines.Count + 1) * Math.Sqrt(Lines.Count + 1))));
        }

        public string PickByRank(SplitMix64 random)
        {
            var found = cumulated.BinarySearch(random.Below(cumulated[^1]) + 1);
            return Lines[found < 0 ? ~found : found];
        }
    }
}

// Plans one review (its opinions, their order, its title) and writes it with the grammar and HastyTyping.
using Tlpipe.Text.RandomNumbers;

namespace Tlpipe.Text.Reviews;

/// <summary>How a review shows its opinion. The option difficulty is the share of all kinds but Plain.</summary>
internal enum ReviewKind
{
    /// <summary>One polarity, frequent and rare expressions as they come.</summary>
    Plain,

    /// <summary>Both polarities: the product and the verdict weigh more than delivery, price, service or packaging.</summary>
    Mixed,

    /// <summary>Says the opposite of what it means.</summary>
    Ironic,

    /// <summary>One polarity, rare expressions only.</summary>
    Rare,
}

/// <summary>Writes one review; a terse one is short and mostly has no title.</summary>
internal sealed class ReviewWriter
{
    /// <summary>The kinds of product, which are the topics that rules may end in.</summary>
    private static readonly string[] Kinds =
        ["phones", "kitchen", "fashion", "beauty", "home", "toys", "books", "sports", "tools", "baby", "pets", "computers"];

    // Read when the first review is written: only two stages need the phrases.
    private static readonly Lazy<PhraseGrammar> Grammar =
        new(() => PhraseGrammar.Load("products", "shared", "good", "good-asides", "bad", "bad-asides", "own"));

    private static readonly string[] SideAspects = ["+delivery", "+price", "+service", "+packaging"];

    private readonly SplitMix64 random;
    private readonly ReviewKind kind;
    private readonly bool terse;
    private readonly Speaker speaker;
    private readonly Queue<string> asides;
    private readonly HashSet<string> said = new(StringComparer.Ordinal);

    public ReviewWriter(SplitMix64 random, ReviewKind kind, bool positive, bool terse)
    {
        (this.random, this.kind, this.terse) = (random, kind, terse);
        var unnamed = new Noun("produto", default);
        var speaker = new Speaker(random, Kinds[random.Below(Kinds.Length)], unnamed, positive, kind == ReviewKind.Rare);
        this.speaker = speaker with { Product = Grammar.Value.PickNoun("PRODUCT", speaker) };
        asides = new Queue<string>(Shuffled(SideAspects));
    }

    public string Write()
    {
        var hand = new HastyTyping(this.random, this.speaker.Positive);
        var body = hand.Type(this.kind switch
        {
            ReviewKind.Mixed => MixedBody(),
            ReviewKind.Ironic => IronicBody(),
            _ => OneSidedBody(),
        }, Say(this.speaker.Positive ? "good.emoji" : "bad.emoji"));
        var hasTitle = this.random.Chance(this.terse ? 0.25 : 0.96);
        return hasTitle ? $"{hand.TypeTitle(Title())} _##_ {body}" : $"_##_ {body}";
    }

    private string Title() => this.kind switch
    {
        ReviewKind.Mixed => Say("title.mixed"),
        ReviewKind.Ironic => Say("title.mixed", Turned(this.random.Chance(0.5))),
        _ => Say("title"),
    };

    private List<string> OneSidedBody()
    {
        var clauses = new List<string>();
        AddStory(clauses, 0.3);
        var opinions = Length();
        for (var i = 0; i < opinions; i++)
            clauses.Add(SayNew(i > 0 && asides.Count > 0 && this.random.Chance(0.45) ? asides.Dequeue() : "product"));
        AddStory(clauses, 0.15);
        AddVerdict(clauses, 0.45);
        return clauses;
    }

    /// <summary>Writes one clause of the lesser opinion, about an aside, and the main opinion, about the product, which mostly comes last.</summary>
    private List<string> MixedBody()
    {
        var clauses = new List<string>();
        AddStory(clauses, 0.25);
        var lighter = Say(this.random.Chance(0.8) ? asides.Dequeue() : "part", Turned(true));
        var weightier = SayNew("product");
        var lighterFirst = this.random.Chance(0.5);
        clauses.Add(lighterFirst ? lighter : weightier);
        clauses.Add($"{Say("but")} {(lighterFirst ? weightier : lighter)}");
        if (!lighterFirst || this.random.Chance(0.5))
            clauses.Add($"{Say("although")} {SayNew(this.random.Chance(0.5) ? "product" : "+recommend")}");
        else
            AddVerdict(clauses, 0.6);
        return clauses;
    }

    private List<string> IronicBody()
    {
        var clauses = new List<string>();
        AddStory(clauses, 0.4);
        clauses.Add(Say("+ironic"));
        if (this.random.Chance(0.5))
            clauses.Add(SayNew(this.random.Chance(0.5) ? asides.Dequeue() : "product"));
        AddVerdict(clauses, 0.2);
        return clauses;
    }

    private int Length()
    {
        var length = 1;
        while (length < 9 && this.random.Chance(this.terse ? 0.4 : 0.55))
            length++;
        return length;
    }

    private void AddStory(List<string> clauses, double probability)
    {
        if (this.random.Chance(this.terse ? probability / 2 : probability))
            clauses.Add(SayNew(this.random.Chance(0.5) ? "+story" : "story"));
    }

    private void AddVerdict(List<string> clauses, double probability)
    {
        if (this.random.Chance(probability))
            clauses.Add(SayNew("+recommend"));
    }

    /// <summary>Tries a few times to find a phrase that this review has not used yet.</summary>
    private string SayNew(string rule)
    {
        var clause = Say(rule);
        for (var attempt = 0; attempt < 5 && said.Contains(clause); attempt++)
            clause = Say(rule);
        said.Add(clause);
        return clause;
    }

    private string Say(string rule) => Say(rule, this.speaker);

    private static string Say(string rule, Speaker speaker) => Grammar.Value.Expand(rule, speaker);

    private Speaker Turned(bool turn) => turn ? this.speaker with { Positive = !this.speaker.Positive } : this.speaker;

    private IEnumerable<string> Shuffled(string[] items)
    {
        var shuffled = items.ToArray();
        for (var i = shuffled.Length - 1; i > 0; i--)
        {
            var j = this.random.Below(i + 1);
            (shuffled[i], shuffled[j]) = (shuffled[j], shuffled[i]);
        }
        return shuffled;
    }
}

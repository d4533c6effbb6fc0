// The tiers of tests; compiled into every test project.
namespace Tlpipe.TestSupport;

/// <summary>
/// A test without a trait is of the inner loop: no tlpipe process, no whole training. <c>[Trait(Tier.Name, Tier.All)]</c> is for the others of
/// <c>dotnet test</c>. <c>[Trait(Tier.Name, Tier.Crash)]</c> on an explicit test is for kills and repetition, which <c>tests/run crash</c> alone runs.
/// </summary>
internal static class Tier
{
    public const string Name = "tier";
    public const string All = "all";
    public const string Crash = "crash";

    /// <summary>Fails a test of the inner loop that does what belongs to another tier.</summary>
    public static void MustNotBeInner(string what)
    {
        var context = TestContext.Current;
        var traits = context.Test?.Traits ?? context.TestCase?.Traits ?? context.TestMethod?.Traits ?? context.TestClass?.Traits;
        Assert.True(traits is null || traits.ContainsKey(Name), $"a test of the inner loop {what}: give it [Trait(Tier.Name, Tier.All)], or do without");
    }
}

// The name that the user probably meant.
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Tests.Options;

public sealed class DidYouMeanTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ca", "ac", 1)]
    [InlineData("learning_rte", "learning_rate", 1)]
    [InlineData("Train", "train", 0)]
    public void The_distance_counts_letters_added_left_out_changed_or_swapped(string from, string to, int distance) =>
        Assert.Equal(distance, DidYouMean.Distance(from, to));

    [Theory]
    [InlineData("reviws", "reviews")]
    [InlineData("holdotu", "holdout")]
    [InlineData("labeled", "labelled")]
    [InlineData("xyz", null)]
    [InlineData("", null)]
    public void The_nearest_name_is_suggested_if_it_is_near(string name, string? nearest) =>
        Assert.Equal(nearest, DidYouMean.Nearest(name, ["reviews", "labelled", "holdout"]));

    [Fact]
    public void Without_a_near_name_the_hint_lists_what_there_is() =>
        Assert.Equal("the stages are b, a", DidYouMean.Hint("something", ["b", "a"], "the stages"));
}

// Which stages may run side by side.
using Tlpipe.Engine.Execution;

namespace Tlpipe.Engine.Tests.Execution;

public sealed class BudgetTests
{
    private static readonly Machine FourCores = new(4, Memory: 100, ["0", "1"]);

    [Fact]
    public void What_needs_all_cores_runs_by_itself()
    {
        var budget = new Budget(FourCores, null);
        var first = budget.TryTake(new Demand(4), 2)!;

        Assert.Null(budget.TryTake(new Demand(1), 1));

        budget.Return(first);
        Assert.NotNull(budget.TryTake(new Demand(1), 1));
    }

    [Fact]
    public void What_needs_more_than_there_is_gets_all_of_it_once_nothing_else_runs()
    {
        var budget = new Budget(FourCores, null);
        var small = budget.TryTake(new Demand(1), 2)!;

        var tooEarly = budget.TryTake(new Demand(16, Memory: 1000), 1);
        budget.Return(small);
        var grant = budget.TryTake(new Demand(16, Memory: 1000), 1);

        Assert.Null(tooEarly);
        Assert.Equal((4, 100L), (grant!.Cores, grant.Memory));
    }

    [Fact]
    public void Elastic_stages_that_could_begin_together_share_the_cores()
    {
        var budget = new Budget(FourCores, null);

        var first = budget.TryTake(new Demand(1, Elastic: true), 2)!;
        var second = budget.TryTake(new Demand(1, Elastic: true), 1)!;

        Assert.Equal((2, 2), (first.Cores, second.Cores));
    }

    [Fact]
    public void An_elastic_stage_alone_gets_all_cores() =>
        Assert.Equal(4, new Budget(FourCores, null).TryTake(new Demand(1, Elastic: true), 1)!.Cores);

    [Fact]
    public void No_more_run_at_once_than_was_asked_for()
    {
        var budget = new Budget(FourCores, 2);
        budget.TryTake(new Demand(1), 3);
        budget.TryTake(new Demand(1), 2);

        Assert.Null(budget.TryTake(new Demand(1), 1));
    }

    [Fact]
    public void Memory_is_shared_like_cores()
    {
        var budget = new Budget(FourCores, null);
        budget.TryTake(new Demand(1, Memory: 70), 2);

        Assert.Null(budget.TryTake(new Demand(1, Memory: 40), 1));
        Assert.NotNull(budget.TryTake(new Demand(1, Memory: 30), 1));
    }

    [Fact]
    public void Each_GPU_is_had_by_one_at_a_time()
    {
        var budget = new Budget(FourCores, null);

        var first = budget.TryTake(new Demand(1, Gpus: ["0", "1"]), 3)!;
        var certain = budget.TryTake(new Demand(1, Gpus: ["0"]), 2);
        var second = budget.TryTake(new Demand(1, Gpus: ["0", "1"]), 2)!;
        var third = budget.TryTake(new Demand(1, Gpus: ["0", "1"]), 1);

        Assert.Equal(("0", "1"), (first.Gpu, second.Gpu));
        Assert.Null(certain);
        Assert.Null(third);
    }

    [Fact]
    public void What_has_to_be_alone_waits_for_the_others_and_they_for_it()
    {
        var budget = new Budget(FourCores, null);
        var other = budget.TryTake(new Demand(1), 1)!;

        var tooEarly = budget.TryTake(new Demand(1, Alone: true), 1);
        budget.Return(other);
        var alone = budget.TryTake(new Demand(1, Alone: true), 1);
        var beside = budget.TryTake(new Demand(1), 1);

        Assert.Null(tooEarly);
        Assert.NotNull(alone);
        Assert.Null(beside);
    }

    [Fact]
    public void A_grant_remembers_whether_it_had_company()
    {
        var budget = new Budget(FourCores, null);
        var first = budget.TryTake(new Demand(1), 1)!;
        var before = first.HadCompany;

        var second = budget.TryTake(new Demand(1), 1)!;
        budget.Return(second);

        Assert.False(before);
        Assert.True(first.HadCompany);
    }
}

using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class ClContractionTests
{
    [Test]
    public void A_product_that_is_added_becomes_one_operation() => Assert.That(
        ClContraction.Apply("\tvar3 = (float)((float) var1 *  (float)var2);\n\tvar4 = (float)((float) var0 +  (float)var3);\n"),
        Does.Contain("var4 = fma(var1, var2, var0);"));

    [Test]
    public void Signs_follow_the_subtraction()
    {
        const string Product = "\tvar3 = (float)((float) var1 *  (float)var2);\n";

        Assert.That(ClContraction.Apply(Product + "\tvar4 = (float)((float) var0 -  (float)var3);\n"), Does.Contain("var4 = fma(-var1, var2, var0);"));
        Assert.That(ClContraction.Apply(Product + "\tvar4 = (float)((float) var3 -  (float)var0);\n"), Does.Contain("var4 = fma(var1, var2, -var0);"));
    }

    [Test]
    public void A_factor_that_changes_in_between_keeps_the_statements_apart()
    {
        const string Source = "\tvar1 = var7;\n\tvar3 = (float)((float) var1 *  (float)var2);\n\tvar1 = var8;\n\tvar4 = (float)((float) var0 +  (float)var3);\n";

        Assert.That(ClContraction.Apply(Source), Is.EqualTo(Source));
    }

    [Test]
    public void Whole_numbers_stay_as_they_are()
    {
        const string Source = "\tvar3 = (int)((int) var1 *  (int)var2);\n\tvar4 = (int)((int) var0 +  (int)var3);\n";

        Assert.That(ClContraction.Apply(Source), Is.EqualTo(Source));
    }
}

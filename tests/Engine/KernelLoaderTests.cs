using GraphTune.Engine;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class KernelLoaderTests
{
    [Test]
    public void The_private_members_of_ILGPU_that_the_loader_sets_are_there()
    {
        Assert.That(KernelLoader.PtxText, Is.Not.Null);
        Assert.That(KernelLoader.ClText, Is.Not.Null);
        Assert.That(KernelLoader.GenericAddressSpace?.CanWrite, Is.True);
    }

    [Test]
    public void Branches_that_PTX_would_take_as_uniform_are_mended() =>
        Assert.That(KernelLoader.FixPtx("@%p1 bra.uni L_12;\nL_12:"), Is.EqualTo("@%p1 bra L_n0;\nL_n0:"));

    [Test]
    public void Names_do_not_depend_on_what_was_compiled_before() =>
        Assert.That(KernelLoader.FixCl("struct type_77 { int a; }; L_5: type_77 var1;"), Is.EqualTo(KernelLoader.FixCl("struct type_99 { int a; }; L_8: type_99 var1;")));
}
